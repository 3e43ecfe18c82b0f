import { Link } from 'wouter';
import type { InputOf } from '../../../schema/operation.ts';
import type { AttemptRow } from '../../../schema/operations/attempt.ts';
import { Answer, Nothing } from '../parts/answer.tsx';
import { Heading } from '../parts/heading.tsx';
import { stepAddress } from '../parts/step-address.ts';
import { When } from '../parts/when.tsx';
import { useCall } from '../use-call.ts';
import { addressOf, useWhere } from '../where.tsx';
import '../style/shelf.css';
import '../style/attempts.css';
import { useQuery } from '../parts/query.ts';
import { lineOf, Said } from '../parts/said.tsx';
import { moveFocus, useKeys } from '../use-keys.ts';
import { useNews } from '../use-news.ts';
import { Outcome } from './memory/row.tsx';
import { HoldsMark } from './shelf/holds.tsx';
import { OnBranch, Who } from './shelf/origin.tsx';
import { Pager, skippedIn } from './shelf/pager.tsx';
import { Narrowing, SearchBar } from './shelf/search-bar.tsx';

const pageSize = 25;
const outcomes = ['worked', 'failed', 'abandoned'] as const;

/** What was tried, how it ended, why, and whether that still holds. */
export default function Attempts() {
  const where = useWhere();
  const { query } = useQuery();
  const about = query.get('about');
  const since = query.get('since');
  const outcome = outcomes.find((one) => one === query.get('outcome'));
  const skip = skippedIn(query);
  const called = useCall('attempt.list', {
    ...where,
    ...(about === null ? {} : { about }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(since === null ? {} : { since }),
    skip,
    limit: pageSize,
  } satisfies InputOf<'attempt.list'>);
  useNews(where, /^(memory|merge|event)\./, called.refresh);
  useKeys({
    '/': () => document.getElementById('attempts-about')?.focus(),
    j: () => moveFocus('.attempt', 1),
    k: () => moveFocus('.attempt', -1),
  });
  return (
    <>
      <Heading title="Attempts" />
      <Narrow />
      <Answer called={called}>
        {({ attempts, matched, note }) => (
          <>
            {attempts.length === 0 ? (
              <Nothing>
                <p>{lineOf(note === '' ? 'That was the last page.' : note)}</p>
                {about === null && (
                  <p>
                    Attempts are read from what agents do: a call that was refused, an edit that was taken
                    back, something that failed and then went another way.
                  </p>
                )}
              </Nothing>
            ) : (
              <ul className="rows">
                {attempts.map((attempt) => (
                  <Attempt key={attempt.id} attempt={attempt} />
                ))}
              </ul>
            )}
            <Pager limit={pageSize} total={matched} />
          </>
        )}
      </Answer>
    </>
  );
}

function Narrow() {
  return (
    <SearchBar
      id="attempts-about"
      name="about"
      label="A path, or words"
      placeholder="A path such as src/parser.ts, or words  ( / )"
    >
      <Narrowing
        name="outcome"
        label="How it ended"
        values={[
          ['', 'any outcome'],
          ['failed', 'failed'],
          ['worked', 'worked'],
          ['abandoned', 'given up'],
        ]}
      />
      <Narrowing
        name="since"
        label="When"
        values={[
          ['', 'any time'],
          ['1d', 'the last day'],
          ['1w', 'the last week'],
          ['30d', 'the last 30 days'],
        ]}
      />
    </SearchBar>
  );
}

const readAs: Readonly<Record<NonNullable<AttemptRow['derived']> | 'told', string>> = {
  rejection: 'read from a refused call',
  correction: 'read from a correction',
  revert: 'read from an edit that was taken back',
  retries: 'read from tries that failed',
  told: 'told',
};

function Attempt({ attempt }: { attempt: AttemptRow }) {
  const where = useWhere();
  const { id, outcome, approach, reason, instead, failed, paths, derived, by, agent, at, branch, holds } =
    attempt;
  const shown = new URLSearchParams({ item: id, ...(where.branch && { branch: where.branch }) });
  return (
    <li className="row attempt" tabIndex={-1}>
      <p className="tried">
        <Outcome outcome={outcome} />{' '}
        <Link className="row-link" href={`${addressOf({ workspace: where.workspace }, 'memory')}?${shown}`}>
          <strong dir="auto">{lineOf(approach, 300)}</strong>
        </Link>
      </p>
      <dl className="facts">
        {reason !== '' && (
          <div className="why">
            <dt>{outcome === 'worked' ? 'why' : 'why not'}</dt>
            <dd>
              <Said text={reason} most={400} />
            </dd>
          </div>
        )}
        {instead !== '' && (
          <div>
            <dt>instead</dt>
            <dd>
              <Said text={instead} most={300} />
            </dd>
          </div>
        )}
        {failed.slice(0, 5).map((one) => (
          <div key={one}>
            <dt>before</dt>
            <dd dir="auto">✗ {lineOf(one, 200)}</dd>
          </div>
        ))}
      </dl>
      <p className="meta">
        <HoldsMark holds={holds} />
        <span>
          {readAs[derived ?? 'told']} {derived === null ? 'by' : 'of'} <Who by={by} agent={agent} />
        </span>
        <When at={at} />
        <OnBranch branch={branch} />
        {paths.length > 0 && <code>{lineOf(paths.slice(0, 3).join(', '), 120)}</code>}
        <Evidence attempt={attempt} />
      </p>
    </li>
  );
}

/** The steps that it was read from, each where it happened. */
function Evidence({ attempt: { session, evidence } }: { attempt: AttemptRow }) {
  const where = useWhere();
  if (evidence.length === 0) return <Link href={stepAddress(where, session)}>session</Link>;
  return (
    <span>
      evidence:{' '}
      {evidence.slice(0, 5).map((event, index) => (
        <span key={event}>
          {index > 0 && ', '}
          <Link href={stepAddress(where, session, { event })} aria-label={`step ${event}`}>
            {event.slice(-8)}
          </Link>
        </span>
      ))}
      {evidence.length > 5 && ` and ${evidence.length - 5} more`}
    </span>
  );
}
