import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { durationText, plural } from '../../../../core/amount-text.ts';
import { safeLine } from '../../../../core/safe-text.ts';
import type { SessionRow } from '../../../../schema/operations/session.ts';
import { sessionTitle } from '../../parts/session-title.ts';
import { compareAddress, rowAddress, stepAddress } from '../../parts/step-address.ts';
import { When } from '../../parts/when.tsx';
import type { Pages } from '../../use-pages.ts';
import type { Where } from '../../where.tsx';
import type { SessionFilterValue } from './filter.tsx';

const rowPx = 52;

export interface SessionTableProps {
  where: Where;
  /** The session that another one is looked for to stand beside; null: none. */
  beside: string | null;
  sessions: Pages<SessionRow>;
  usage: Pages<SessionRow>;
  at: number;
  filter: SessionFilterValue;
  onFilter: (next: SessionFilterValue) => void;
}

/** The rows that are seen, of a list of any length. */
export function SessionTable({ where, beside, sessions, usage, at, filter, onFilter }: SessionTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const total = sessions.total ?? 0;
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 6,
  });
  const latest = useRef(filter);
  latest.current = filter;
  const choose = useCallback(
    (parent: string) => onFilter({ ...latest.current, parent, query: '' }),
    [onFilter],
  );
  const items = rows.getVirtualItems();
  const [first, last] = [items.at(0)?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => {
    sessions.want(first, last);
    usage.want(first, last);
  }, [sessions.want, usage.want, first, last]);
  useEffect(() => {
    if (total > 0) rows.scrollToIndex(at, { align: 'auto' });
  }, [rows, at, total]);
  const [before, behind] = [items.at(0)?.start ?? 0, rows.getTotalSize() - (items.at(-1)?.end ?? 0)];
  // By their ids: a session that something comes from goes up in the one list before it does in the other.
  const took = new Map(
    items.flatMap(({ index }) => {
      const row = usage.rowAt(index);
      return row === undefined ? [] : [[row.id, row] as const];
    }),
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section ref={scroller} className="session-list" tabIndex={0} aria-label="List of sessions">
      <table aria-rowcount={total + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap heightPx={before} />
          {items.map(({ index }) => (
            <Row
              key={index}
              where={where}
              beside={beside}
              index={index}
              session={sessions.rowAt(index)}
              usage={took.get(sessions.rowAt(index)?.id ?? '')}
              isChosen={index === at}
              onChildren={choose}
            />
          ))}
          <Gap heightPx={behind} />
        </tbody>
      </table>
    </section>
  );
}

/** Stands for the rows that are not seen. */
const Gap = ({ heightPx }: { heightPx: number }) =>
  heightPx <= 0 ? null : (
    <tr className="session-gap">
      <td colSpan={columns.length} style={{ height: heightPx }} />
    </tr>
  );

const columns = ['Session', 'Last', 'Took', 'Events', 'Failed', 'Tokens'] as const;

interface RowProps {
  where: Where;
  beside: string | null;
  index: number;
  session: SessionRow | undefined;
  usage: SessionRow | undefined;
  isChosen: boolean;
  onChildren: (parent: string) => void;
}

const Row = memo(function Row({ where, beside, index, session, usage, isChosen, onChildren }: RowProps) {
  const classes = isChosen ? 'is-chosen' : undefined;
  if (session === undefined)
    return (
      <tr className={classes} aria-rowindex={index + 2}>
        <td colSpan={columns.length} className="quiet">
          …
        </td>
      </tr>
    );
  // The two answers may be of two moments: a row of the one is not always that of the other.
  const took = usage?.id === session.id ? usage.usage : null;
  return (
    <tr className={classes} aria-rowindex={index + 2} aria-current={isChosen ? 'true' : undefined}>
      <td className="session-name">
        <Link href={rowAddress(where, session.id, beside)}>{sessionTitle(session)}</Link>
        <Origin where={where} session={session} onChildren={onChildren} />
      </td>
      <td>
        <When at={session.lastAt} />
      </td>
      <td>{durationText(Math.max(0, session.lastAt - session.startedAt))}</td>
      <td>{session.events.toLocaleString('en')}</td>
      <td className={session.failures > 0 ? 'bad' : 'quiet'}>
        {session.failures > 0 ? session.failures.toLocaleString('en') : '–'}
      </td>
      <td className="quiet" title={took === null ? undefined : tokensTitle(took)}>
        {took === null ? '–' : compact.format(took.input + took.output + took.cacheRead + took.cacheWrite)}
      </td>
    </tr>
  );
});

/** Whose session it is, who started it, and what it started. */
function Origin({
  where,
  session,
  onChildren,
}: {
  where: Where;
  session: SessionRow;
  onChildren: (parent: string) => void;
}) {
  const { agent, role, model, parent, children } = session;
  return (
    <small className="quiet">
      {safeLine(agent)}
      {role !== null && ` · ${safeLine(role)}`}
      {model !== null && ` · ${safeLine(model)}`}
      {parent !== null && (
        <>
          {' · '}
          <Link href={stepAddress(where, parent)}>↳ {parent.slice(-8)}</Link>
        </>
      )}
      {children > 0 && (
        <button type="button" className="session-children" onClick={() => onChildren(session.id)}>
          {plural(children, 'subagent')}
        </button>
      )}
      {' · '}
      <Link href={compareAddress(where, session.id)}>compare</Link>
    </small>
  );
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

const tokensTitle = ({
  input,
  output,
  cacheRead,
  cacheWrite,
  costUsd,
}: NonNullable<SessionRow['usage']>): string =>
  `${input.toLocaleString('en')} in, ${output.toLocaleString('en')} out, ${(cacheRead + cacheWrite).toLocaleString('en')} cached${costUsd === null ? '' : `, $${costUsd.toFixed(2)}`}`;
