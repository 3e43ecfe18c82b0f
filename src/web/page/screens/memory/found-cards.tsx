import { useEffect } from 'react';
import { Link } from 'wouter';
import type { InputOf, OutputOf } from '../../../../schema/operation.ts';
import { Answer, Nothing } from '../../parts/answer.tsx';
import { useQuery } from '../../parts/query.ts';
import { lineOf } from '../../parts/said.tsx';
import { stepAddress } from '../../parts/step-address.ts';
import { When } from '../../parts/when.tsx';
import { useCall } from '../../use-call.ts';
import { useWhere } from '../../where.tsx';
import { OnBranch, Who } from '../shelf/origin.tsx';
import { isMemory } from './names.ts';
import { useItemAddress } from './row.tsx';

type Card = OutputOf<'recall.search'>['cards'][number];
type Hit = Card['hits'][number];
type Outcome = NonNullable<InputOf<'recall.search'>['outcome']>;

const remembered = ['decision', 'convention', 'fact', 'attempt'] as const;
const isOutcome = (text: string | null): text is Outcome =>
  text === 'ok' || text === 'failed' || text === 'rejected';

/** What recall finds, as agents find it: the same ranking, the same cards. */
export function FoundCards({ asked, news }: { asked: string; news: number }) {
  const where = useWhere();
  const { query } = useQuery();
  const outcome = query.get('outcome');
  const called = useCall('recall.search', {
    ...where,
    query: asked,
    ...(query.get('in') === 'everything' ? {} : { kind: [...remembered] }),
    ...(isOutcome(outcome) ? { outcome } : {}),
    limit: 30,
    budget: 12_000,
  });
  const { refresh } = called;
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is asked again for the news alone
  useEffect(() => {
    if (news > 0) refresh();
  }, [news]);
  return (
    <Answer called={called}>
      {({ cards, matched, mode, note, unindexed }) => (
        <>
          <p className="quiet" role="status">
            {cards.length === 0 ? 'Nothing found' : `${cards.length} found, best first`}
            {matched > cards.length && ` · ${matched.toLocaleString('en')} events matched`} ·{' '}
            {mode === 'lexical' ? 'searched by words' : 'searched by words and by meaning'}
            {unindexed > 0 && ` · ${unindexed.toLocaleString('en')} not indexed yet, read as well`}
          </p>
          {note !== '' && <p className="quiet">{note}</p>}
          {cards.length === 0 ? (
            <Nothing>
              <p>Other words may find it, or search in everything that happened.</p>
              <p>
                The same in a terminal: <code>hivemind recall "{lineOf(asked, 80)}"</code>
              </p>
            </Nothing>
          ) : (
            <ul className="rows">
              {cards.map((card) => (
                <FoundCard key={`${card.session}${card.turn}${card.hits[0]?.event}`} card={card} />
              ))}
            </ul>
          )}
        </>
      )}
    </Answer>
  );
}

const outcomeWords: Readonly<Record<Card['outcome'], string>> = {
  ok: '✓ went well',
  failed: '✗ failed',
  rejected: '✗ was refused',
  mixed: '± went well and failed',
};

function FoundCard({ card }: { card: Card }) {
  const where = useWhere();
  const { agent, actor, at, branch, asked, did, why, outcome, hits, seen, session, paths } = card;
  return (
    <li className="row">
      {asked !== '' && (
        <p className="asked" dir="auto">
          {lineOf(asked, 200)}
        </p>
      )}
      {hits.map((hit) => (
        <FoundHit key={hit.event} hit={hit} session={session} />
      ))}
      {did !== '' && (
        <p className="because" dir="auto">
          did: {lineOf(did, 300)}
        </p>
      )}
      {why !== '' && (
        <p className="bad" dir="auto">
          {lineOf(why, 300)}
        </p>
      )}
      <p className="meta">
        <span className={`badge ${outcome}`}>{outcomeWords[outcome]}</span>
        {seen > 1 && <span className="badge">seen {seen} times</span>}
        <Who by={actor} agent={agent} />
        <When at={at} />
        <OnBranch branch={branch} />
        {paths.length > 0 && <span>{lineOf(paths.slice(0, 3).join(', '), 120)}</span>}
        <Link href={stepAddress(where, session)}>session</Link>
      </p>
    </li>
  );
}

function FoundHit({ hit, session }: { hit: Hit; session: string }) {
  const where = useWhere();
  const { href } = useItemAddress(hit.event);
  const address = isMemory(hit.type) ? href : stepAddress(where, session, { event: hit.event });
  return (
    <p className="hit">
      <Link className="row-link" href={address} dir="auto">
        {lineOf(hit.text, 400)}
      </Link>
      {hit.fallen !== undefined && <span className="warn"> ⚠ {lineOf(hit.fallen, 120)}</span>}
    </p>
  );
}
