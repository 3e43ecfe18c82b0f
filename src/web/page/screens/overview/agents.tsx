import { Link } from 'wouter';
import { safeLine } from '../../../../core/safe-text.ts';
import type { OutputOf } from '../../../../schema/operation.ts';
import { stepAddress } from '../../parts/step-address.ts';
import { When } from '../../parts/when.tsx';
import { useWhere } from '../../where.tsx';

type Live = OutputOf<'live.show'>;

/** An agent that is silent for longer is not at work any more. */
export const activeMs = 5 * 60_000;

interface AgentRow {
  agent: string;
  isConnected: boolean;
  isActive: boolean;
  lastAt: number | null;
}

/** Every agent that is connected, or that worked here lately, those at work first. */
export function agentRows(
  connected: readonly string[],
  sessions: readonly { agent: string; lastAt: number }[],
  nowMs: number,
): AgentRow[] {
  const last = new Map<string, number | null>(connected.map((agent) => [agent, null]));
  for (const { agent, lastAt } of sessions) last.set(agent, Math.max(last.get(agent) ?? 0, lastAt));
  return [...last]
    .map(([agent, lastAt]) => ({
      agent,
      lastAt,
      isConnected: connected.includes(agent),
      isActive: lastAt !== null && lastAt >= nowMs - activeMs,
    }))
    .sort((a, b) => (b.lastAt ?? 0) - (a.lastAt ?? 0) || (a.agent < b.agent ? -1 : 1));
}

export function Agents({ rows }: { rows: readonly AgentRow[] }) {
  if (rows.length === 0)
    return (
      <p className="quiet">
        No agent yet: <code>hivemind connect</code>
      </p>
    );
  return (
    <ul className="rows">
      {rows.map(({ agent, isActive, isConnected, lastAt }) => (
        <li key={agent}>
          <span className="row-main">
            <i className={isActive ? 'dot is-on' : 'dot'} aria-hidden="true" />
            <strong>{safeLine(agent)}</strong> {isActive && <span className="good">at work</span>}
            {!isConnected && <span className="quiet"> not connected here</span>}
          </span>
          <span className="row-aside quiet">
            {lastAt === null ? 'not seen lately' : <When at={lastAt} />}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** What each session is at. */
export function Working({ live }: { live: Live }) {
  const where = useWhere();
  if (live.sessions.length === 0)
    return (
      <p className="quiet">
        Nobody was at work in the last hour.
        {live.elsewhere.length > 0 && ` On other branches: ${elsewhereText(live)}.`}
      </p>
    );
  return (
    <ul className="rows">
      {live.sessions.slice(0, mostWorking).map((session) => (
        <li key={session.session}>
          <span className="row-main">
            <i className={session.idleMs < activeMs ? 'dot is-on' : 'dot'} aria-hidden="true" />
            <Link
              href={stepAddress(where, session.session, session.last ? { event: session.last.event } : {})}
            >
              {safeLine(session.prompt ?? session.title) || session.session.slice(-8)}
            </Link>
            <small className="quiet">
              {safeLine(session.role ?? session.agent)}
              {session.branch !== 'main' && ` on ${safeLine(session.branch)}`}
              {session.last !== null &&
                ` · ${session.last.status === 'ok' ? '' : '✗ '}${safeLine(session.last.what)}`}
            </small>
          </span>
          <span className="row-aside quiet">
            <When at={session.lastAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}

const mostWorking = 8;

const elsewhereText = ({ elsewhere }: Live): string =>
  elsewhere
    .slice(0, 5)
    .map(({ branch, agent }) => `${safeLine(agent)} on ${safeLine(branch)}`)
    .join(', ');
