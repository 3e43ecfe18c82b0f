import { Link } from 'wouter';
import type { Remembered } from '../../../../schema/operations/memory.ts';
import { useQuery } from '../../parts/query.ts';
import { lineOf } from '../../parts/said.tsx';
import { When } from '../../parts/when.tsx';
import { addressOf, useWhere } from '../../where.tsx';
import { HoldsMark } from '../shelf/holds.tsx';
import { OnBranch, Who } from '../shelf/origin.tsx';
import { itemOf, kindNames } from './names.ts';

const outcomes = { worked: '✓ worked', failed: '✗ failed', abandoned: '– given up' } as const;

/** How an attempt ended: a sign and a word. */
export function Outcome({ outcome }: { outcome: Remembered['outcome'] }) {
  if (outcome === null) return null;
  return <span className={`badge ${outcome}`}>{outcomes[outcome]}</span>;
}

/** That it does not stand any more, since when, and who said so. */
export function Ended({ memory: { state, ended } }: { memory: Pick<Remembered, 'state' | 'ended'> }) {
  if (state === 'standing') return null;
  return (
    <span className="ended">
      <span className="badge warn">{state}</span>
      {ended !== null && (
        <>
          {' '}
          <When at={ended.at} /> by {lineOf(ended.by, 60)}
        </>
      )}
    </span>
  );
}

/** One remembered thing in the list. */
export function Row({ memory }: { memory: Remembered }) {
  const address = useItemAddress(itemOf(memory));
  const { kind, title, text, reason, by, agent, at, branch, holds, contested, state, outcome } = memory;
  return (
    <li className={state === 'standing' ? 'row' : 'row fallen'}>
      <Link className="row-link" href={address.href} aria-current={address.isHere ? 'true' : undefined}>
        <span dir="auto">
          {title !== '' && <strong>{lineOf(title, 120)}: </strong>}
          {lineOf(text, 240)}
        </span>
      </Link>
      {reason !== '' && (
        <p className="because" dir="auto">
          because {lineOf(reason, 240)}
        </p>
      )}
      <p className="meta">
        <span className="badge">{kindNames[kind].one}</span>
        <Outcome outcome={outcome} />
        <Ended memory={memory} />
        {contested.length > 0 && <span className="badge warn">⚠ contested</span>}
        <Who by={by} agent={agent} />
        <When at={at} />
        <OnBranch branch={branch} />
        <HoldsMark holds={holds} isQuiet />
      </p>
    </li>
  );
}

/** The address that shows an item beside the list as it is. */
export function useItemAddress(item: string): { href: string; isHere: boolean } {
  const where = useWhere();
  const { query: search } = useQuery();
  const next = new URLSearchParams(search);
  next.set('item', item);
  return {
    href: `${addressOf({ workspace: where.workspace }, 'memory')}?${next}`,
    isHere: search.get('item') === item,
  };
}
