import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import type { InputOf } from '../../../schema/operation.ts';
import type { AttemptRow } from '../../../schema/operations/attempt.ts';
import { Answer, Nothing } from '../parts/answer.tsx';
import { Heading } from '../parts/heading.tsx';
import { When } from '../parts/when.tsx';
import { useCall } from '../use-call.ts';
import { addressOf, useWhere } from '../where.tsx';
import '../style/shelf.css';
import '../style/attempts.css';
import { useNews } from '../use-news.ts';
import { Outcome } from './memory/row.tsx';
import { HoldsMark } from './shelf/holds.tsx';
import { focusNext, useKeys } from './shelf/keys.ts';
import { OnBranch, Who } from './shelf/origin.tsx';
import { Pager } from './shelf/pager.tsx';
import { useQuery } from './shelf/query.ts';
import { Said, shownLine } from './shelf/said.tsx';

const pageSize = 25;
const outcomes = ['worked', 'failed', 'abandoned'] as const;
const times = { '': 'any time', '1d': 'the last day', '1w': 'the last week', '30d': 'the last 30 days' };

/** What was tried, how it ended, why, and whether that still holds. */
export default function Attempts() {
  const where = useWhere();
  const [query, change] = useQuery();
  const about = query.get('about');
  const since = query.get('since');
  const outcome = outcomes.find((one) => one === query.get('outcome'));
  const skip = Math.max(0, Math.trunc(Number(query.get('skip') ?? 0)) || 0);
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
    j: () => focusNext('.attempt', 1),
    k: () => focusNext('.attempt', -1),
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
                <p>{shownLine(note === '' ? 'That was the last page.' : note)}</p>
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
            <Pager
              skip={skip}
              limit={pageSize}
              total={matched}
              onSkip={(next) => change({ skip: next === 0 ? null : String(next) })}
            />
          </>
        )}
      </Answer>
    </>
  );
}

function Narrow() {
  const [query, change] = useQuery();
  const about = query.get('about') ?? '';
  const [typed, setTyped] = useState(about);
  useEffect(() => setTyped(about), [about]);
  return (
    <search>
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          change({ about: typed.trim(), skip: null });
        }}
      >
        <label className="grows">
          <span className="unseen">A path, or words</span>
          <input
            id="attempts-about"
            type="search"
            value={typed}
            maxLength={4000}
            placeholder="A path such as src/parser.ts, or words  ( / )"
            onChange={({ target }) => setTyped(target.value)}
          />
        </label>
        <label>
          <span className="unseen">How it ended</span>
          <select
            value={query.get('outcome') ?? ''}
            onChange={({ target }) => change({ outcome: target.value, skip: null })}
          >
            <option value="">any outcome</option>
            <option value="failed">failed</option>
            <option value="worked">worked</option>
            <option value="abandoned">given up</option>
          </select>
        </label>
        <label>
          <span className="unseen">When</span>
          <select
            value={query.get('since') ?? ''}
            onChange={({ target }) => change({ since: target.value, skip: null })}
          >
            {Object.entries(times).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="submit">Find</button>
      </form>
    </search>
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
          <strong dir="auto">{shownLine(approach, 300)}</strong>
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
            <dd dir="auto">✗ {shownLine(one, 200)}</dd>
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
        {paths.length > 0 && <code>{shownLine(paths.slice(0, 3).join(', '), 120)}</code>}
        <Evidence attempt={attempt} />
      </p>
    </li>
  );
}

/** The steps that it was read from, each where it happened. */
function Evidence({ attempt: { session, evidence } }: { attempt: AttemptRow }) {
  const where = useWhere();
  const place = addressOf({ workspace: where.workspace }, `sessions/${encodeURIComponent(session)}`);
  if (evidence.length === 0)
    return <Link href={addressOf(where, `sessions/${encodeURIComponent(session)}`)}>session</Link>;
  return (
    <span>
      evidence:{' '}
      {evidence.slice(0, 5).map((event, index) => {
        const query = new URLSearchParams({ event, ...(where.branch && { branch: where.branch }) });
        return (
          <span key={event}>
            {index > 0 && ', '}
            <Link href={`${place}?${query}`} aria-label={`step ${event}`}>
              {event.slice(-8)}
            </Link>
          </span>
        );
      })}
      {evidence.length > 5 && ` and ${evidence.length - 5} more`}
    </span>
  );
}
