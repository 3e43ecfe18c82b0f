import { type KeyboardEvent, useCallback, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { durationText, plural } from '../../../../core/amount-text.ts';
import { safeLine } from '../../../../core/safe-text.ts';
import type { Session } from '../../../../schema/records.ts';
import { Failure, Loading, Nothing } from '../../parts/answer.tsx';
import { Heading } from '../../parts/heading.tsx';
import { sessionTitle } from '../../parts/session-title.ts';
import { stepAddress } from '../../parts/step-address.ts';
import { lookOf } from '../../parts/step-look.ts';
import type { Where } from '../../where.tsx';
import { servedSource } from './served-source.ts';
import { everything, type Step } from './source.ts';
import { StepList } from './step-list.tsx';
import { useReplay } from './use-replay.ts';
import '../../style/replay.css';
import '../../style/compare.css';

/** Two sessions side by side, each with its own place; a step opens in the replay of its session. */
export function Compare({ where, sessions }: { where: Where; sessions: readonly [string, string] }) {
  return (
    <>
      <Heading title="Two sessions side by side" />
      <div className="compare">
        {sessions.map((session, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a side is told by its place: both may show the same session
          <Side key={`${place} ${session}`} where={where} session={session} />
        ))}
      </div>
    </>
  );
}

const moves: Readonly<Record<string, number>> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

function Side({ where, session }: { where: Where; session: string }) {
  const source = useMemo(
    () => servedSource(where, { whole: 'session', session }, everything),
    [where, session],
  );
  const { steps, head, sessions } = useReplay(source);
  const [at, setAt] = useState(0);
  const total = steps.total ?? 0;
  const step = steps.rowAt(at);
  const pick = useCallback((to: number) => setAt(to), []);
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = Object.hasOwn(moves, event.key) ? moves[event.key] : undefined;
    if (by === undefined || total === 0) return;
    event.preventDefault();
    setAt(Math.max(0, Math.min(total - 1, at + by)));
  };
  const title = head?.session == null ? session.slice(-8) : sessionTitle(head.session);
  return (
    <section aria-label={title} onKeyDown={onKeyDown}>
      <h2>
        <Link href={stepAddress(where, session)}>{title}</Link>
      </h2>
      {head?.session != null && <About session={head.session} steps={total} />}
      {steps.error !== null && <Failure error={steps.error} retry={steps.refresh} />}
      {steps.isLoading && <Loading />}
      {steps.total === 0 && <Nothing>No step of it is seen from here.</Nothing>}
      {total > 0 && (
        <StepList
          total={total}
          at={at}
          stepAt={steps.rowAt}
          want={steps.want}
          sessions={sessions}
          onPick={pick}
        />
      )}
      {step !== undefined && (
        <Shown step={step} number={at + 1} href={stepAddress(where, session, { event: step.id })} />
      )}
    </section>
  );
}

const About = ({ session, steps }: { session: Session; steps: number }) => (
  <p className="quiet">
    {safeLine(session.agent)}
    {session.model !== null && ` · ${safeLine(session.model)}`} · {plural(steps, 'step')} in{' '}
    {durationText(Math.max(0, session.lastAt - session.startedAt))}
    {session.failures > 0 && <span className="bad"> · {session.failures} failed</span>}
  </p>
);

function Shown({ step, number, href }: { step: Step; number: number; href: string }) {
  const { kind, title } = lookOf(step);
  return (
    <p className="compare-step" role="status">
      <Link href={href}>Step {number}</Link> {kind} {title.slice(0, 400)}
    </p>
  );
}
