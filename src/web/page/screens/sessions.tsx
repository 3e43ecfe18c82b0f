import { useCallback, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { SessionRow } from '../../../schema/operations/session.ts';
import { call } from '../api.ts';
import { useLive } from '../live.ts';
import { Failure, Nothing } from '../parts/answer.tsx';
import { Heading } from '../parts/heading.tsx';
import { useQuery } from '../parts/query.ts';
import { rowAddress } from '../parts/step-address.ts';
import { usePages } from '../use-pages.ts';
import { useThrottled } from '../use-throttled.ts';
import { useWhere, type Where } from '../where.tsx';
import { SessionFilter, type SessionFilterValue } from './sessions/filter.tsx';
import { useSessionKeys } from './sessions/keys.ts';
import { SessionTable } from './sessions/table.tsx';
import '../style/parts.css';
import '../style/sessions.css';

const pageRows = 50;

const filterIn = (search: URLSearchParams): SessionFilterValue => ({
  query: search.get('query') ?? '',
  agent: search.get('agent') ?? '',
  parent: search.get('parent') ?? '',
  failed: search.get('failed') === '1',
  // Subagents are many: at first one sees who started them.
  roots: search.get('all') !== '1',
});

/** Every session, latest first, as far as the filter lets them through. */
export default function Sessions() {
  const where = useWhere();
  const { query, ask } = useQuery();
  const filter = useMemo(() => filterIn(query), [query]);
  return (
    <SessionsOf
      key={JSON.stringify([where])}
      where={where}
      filter={filter}
      beside={query.get('with')}
      onFilter={(next) => ask(saidBy(next))}
      onAlone={() => ask({ with: null }, true)}
    />
  );
}

const saidBy = ({ query, agent, parent, failed, roots }: SessionFilterValue): Record<string, string> => ({
  query,
  agent,
  parent,
  failed: failed ? '1' : '',
  all: roots ? '' : '1',
});

const inputOf = (where: Where, { query, agent, parent, failed, roots }: SessionFilterValue) => ({
  ...where,
  failed,
  roots: roots && parent === '',
  ...(query.trim() === '' ? {} : { query: query.trim() }),
  ...(agent === '' ? {} : { agent }),
  ...(parent === '' ? {} : { parent }),
});

function SessionsOf({
  where,
  filter,
  beside,
  onFilter,
  onAlone,
}: {
  where: Where;
  filter: SessionFilterValue;
  /** The session that another one is looked for to stand beside; null: none. */
  beside: string | null;
  onFilter: (next: SessionFilterValue) => void;
  onAlone: () => void;
}) {
  const [agents, setAgents] = useState<readonly string[]>([]);
  const [at, setAt] = useState(0);
  const input = useMemo(() => inputOf(where, filter), [where, filter]);
  const load = useCallback(
    async (skip: number, limit: number, signal: AbortSignal) => {
      const answer = await call('session.list', { ...input, skip, limit }, signal);
      setAgents(answer.agents);
      return { rows: answer.sessions, total: answer.total };
    },
    [input],
  );
  const sessions = usePages<SessionRow>(load, pageRows);
  // What sessions took is counted from their events: the list need not wait for it.
  const loadUsage = useCallback(
    async (skip: number, limit: number, signal: AbortSignal) => {
      const answer = await call('session.list', { ...input, skip, limit, usage: true }, signal);
      return { rows: answer.sessions, total: answer.total };
    },
    [input],
  );
  const usage = usePages<SessionRow>(loadUsage, pageRows);
  const refreshSoon = useThrottled(sessions.refresh, refreshMs);
  const countLater = useThrottled(usage.refresh, countMs);
  useLive(where, () => {
    refreshSoon();
    countLater();
  });
  const [, go] = useLocation();
  const open = (index: number): void => {
    const session = sessions.rowAt(index);
    if (session !== undefined) go(rowAddress(where, session.id, beside));
  };
  const total = sessions.total ?? 0;
  const shown = Math.max(0, Math.min(at, total - 1));
  useSessionKeys({ at: shown, total, onMove: setAt, onOpen: open });
  return (
    <>
      <Heading title="Sessions">
        {sessions.total !== null && <span className="quiet">{total.toLocaleString('en')}</span>}
      </Heading>
      {beside !== null && (
        <p className="notice" role="status">
          Choose the session that stands beside …{beside.slice(-8)}.{' '}
          <button type="button" onClick={onAlone}>
            Do not compare
          </button>
        </p>
      )}
      <SessionFilter filter={filter} agents={agents} onFilter={onFilter} />
      {sessions.error !== null && <Failure error={sessions.error} retry={sessions.refresh} />}
      {sessions.total === 0 ? (
        <NoSessions isFiltered={JSON.stringify(filter) !== JSON.stringify(filterIn(new URLSearchParams()))} />
      ) : (
        <SessionTable
          where={where}
          beside={beside}
          sessions={sessions}
          usage={usage}
          at={shown}
          onFilter={onFilter}
          filter={filter}
        />
      )}
    </>
  );
}

/** While agents work there is news all the time: the list is asked for again so often at the most. */
const refreshMs = 2_000;
/** What they took is counted anew so often. */
const countMs = 10_000;

const NoSessions = ({ isFiltered }: { isFiltered: boolean }) => (
  <Nothing>
    {isFiltered ? (
      'No session is like that.'
    ) : (
      <>
        No sessions yet. In a repository: <code>hivemind connect</code>, then work as always; or{' '}
        <code>hivemind import</code>
      </>
    )}
  </Nothing>
);
