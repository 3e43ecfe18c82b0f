import { useEffect } from 'react';
import { Link } from 'wouter';
import { durationText, plural } from '../../../core/amount-text.ts';
import { safeLine } from '../../../core/safe-text.ts';
import type { OutputOf } from '../../../schema/operation.ts';
import { useLive } from '../live.ts';
import { Answer, Failure, Loading } from '../parts/answer.tsx';
import { Heading } from '../parts/heading.tsx';
import { Later } from '../parts/later.tsx';
import { laterFile } from '../parts/later-file.ts';
import { sessionTitle } from '../parts/session-title.ts';
import { stepAddress } from '../parts/step-address.ts';
import { When } from '../parts/when.tsx';
import { type Called, useCall } from '../use-call.ts';
import { useThrottled } from '../use-throttled.ts';
import { addressOf, useWhere, type Where } from '../where.tsx';
import { Agents, agentRows, Working } from './overview/agents.tsx';
import { Figures } from './overview/figures.tsx';
import { Health } from './overview/health.tsx';
import { Missing } from './overview/missing.tsx';
import { Panel, Rows } from './overview/panel.tsx';
import { Waiting } from './overview/waiting.tsx';
import '../style/overview.css';

/** What it takes to show any step is much: the rest of the screen does not wait for it. */
const failuresFile = laterFile(() => import('./overview/failures.tsx'));

/** What goes on here: who is at work, what failed, what waits for a person, how the store is. */
export default function Overview() {
  const where = useWhere();
  const { workspace } = where;
  const status = useCall('status.show', where);
  const live = useCall('live.show', { ...where, minutes: 60, limit: 1 });
  const failures = useCall('live.show', { ...where, minutes: 1, limit: 8, status: ['failed', 'rejected'] });
  const sessions = useCall('session.list', { ...where, limit: 100, roots: true });
  const activity = useCall('stats.activity', { ...where, since: '1d', buckets: 48 });
  const reviews = useCall('review.list', { workspace, limit: 20 });
  const plan = useCall('plan.show', where);
  const handoffs = useCall('handoff.list', { ...where, state: 'offered' });
  const merges = useCall('merge.status', { workspace });
  useRefreshing(where, {
    often: [live, sessions],
    seldom: [status, activity, failures, reviews, plan, handoffs, merges],
  });
  const wishes = [reviews, plan, handoffs, merges];
  const broken = wishes.find(({ error }) => error !== null);
  return (
    <>
      <Heading title="Overview" />
      {status.data !== null && <Missing steps={status.data.missing} />}
      <Figures status={status.data} live={live.data} activity={activity.data} />
      <div className="panels">
        <div>
          <Panel title="Waits for a person">
            {broken?.error != null && <Failure error={broken.error} retry={broken.refresh} />}
            <Waiting
              told={{ reviews: reviews.data, plan: plan.data, handoffs: handoffs.data, merges: merges.data }}
            />
          </Panel>
          <Panel title="At work">
            <Answer called={live}>{(data) => <Working live={data} />}</Answer>
          </Panel>
          <Panel title="Failures lately">
            <Later file={failuresFile} props={{ called: failures, where }}>
              <Loading />
            </Later>
          </Panel>
        </div>
        <div>
          <Panel title="Agents">
            <Answer called={status}>
              {(data) => (
                <Agents
                  rows={agentRows(
                    [...new Set(data.agents.map(({ agent }) => agent))],
                    sessions.data?.sessions ?? [],
                    Date.now(),
                  )}
                />
              )}
            </Answer>
          </Panel>
          <SessionsLately called={sessions} where={where} />
          <Panel title="Store">
            <Answer called={status}>{(data) => <Health status={data} />}</Answer>
          </Panel>
        </div>
      </div>
    </>
  );
}

const oftenMs = 2_000;
const seldomMs = 10_000;
/** What no event tells (memory, disk) is looked at so often. */
const pollMs = 30_000;

interface Refreshed {
  often: readonly Pick<Called<unknown>, 'refresh'>[];
  seldom: readonly Pick<Called<unknown>, 'refresh'>[];
}

/** Asks again when something has happened, and what is dear to answer less often. */
function useRefreshing(where: Where, { often, seldom }: Refreshed): void {
  const soon = useThrottled(() => {
    for (const { refresh } of often) refresh();
  }, oftenMs);
  const later = useThrottled(() => {
    for (const { refresh } of seldom) refresh();
  }, seldomMs);
  useLive(where, () => {
    soon();
    later();
  });
  useEffect(() => {
    const timer = setInterval(later, pollMs);
    return () => clearInterval(timer);
  }, [later]);
}

const mostSessions = 8;

function SessionsLately({ called, where }: { called: Called<OutputOf<'session.list'>>; where: Where }) {
  return (
    <Panel
      title="Sessions"
      count={called.data?.total}
      more={<Link href={addressOf(where, 'sessions')}>All sessions</Link>}
    >
      <Rows
        called={called}
        rowsOf={({ sessions }) => sessions.slice(0, mostSessions)}
        none={
          <>
            No sessions yet: <code>hivemind connect</code>, then work as always; or{' '}
            <code>hivemind import</code>
          </>
        }
      >
        {(session) => (
          <li key={session.id}>
            <span className="row-main">
              <Link href={stepAddress(where, session.id)}>{sessionTitle(session)}</Link>
              <small className="quiet">
                {safeLine(session.agent)} · {plural(session.events, 'event')} ·{' '}
                {durationText(Math.max(0, session.lastAt - session.startedAt))}
                {session.failures > 0 && <span className="bad"> · {session.failures} failed</span>}
                {session.children > 0 && ` · ${plural(session.children, 'subagent')}`}
              </small>
            </span>
            <span className="row-aside quiet">
              <When at={session.lastAt} />
            </span>
          </li>
        )}
      </Rows>
    </Panel>
  );
}
