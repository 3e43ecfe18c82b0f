import { type KeyboardEvent, useCallback, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { durationText, plural } from '../../../../core/amount-text.ts';
import { safeLine } from '../../../../core/safe-text.ts';
import type { Session } from '../../../../schema/records.ts';
import { Failure, Loading, Nothing } from '../../parts/answer.tsx';
import { Heading } from '../../parts/heading.tsx';
import { sessionTitle } from '../../parts/session-title.ts';
import { branchAddress, stepAddress } from '../../parts/step-address.ts';
import { lookOf } from '../../parts/step-look.ts';
import type { Where } from '../../where.tsx';
import { type ServedSubject, servedSource } from './served-source.ts';
import { everything, type ReplayPage, type Step } from './source.ts';
import { StepList } from './step-list.tsx';
import { useReplay } from './use-replay.ts';
import '../../style/replay.css';
import '../../style/compare.css';

/** What stands on one side: a session, or all that is seen from a branch. */
export interface Compared {
  where: Where;
  subject: ServedSubject;
}

/** Two sessions or two branches side by side, each with its own place; a step opens in its own replay. */
export function Compare({ sides }: { sides: readonly [Compared, Compared] }) {
  const what = sides[0].subject.whole === 'session' ? 'sessions' : 'branches';
  return (
    <>
      <Heading title={`Two ${what} side by side`} />
      <div className="compare">
        {sides.map((side, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a side is told by its place: both may show the same
          <Side key={`${place} ${JSON.stringify(side)}`} side={side} />
        ))}
      </div>
    </>
  );
}

const moves: Readonly<Record<string, number>> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

function Side({ side }: { side: Compared }) {
  const { where, subject } = side;
  const source = useMemo(() => servedSource(where, subject, everything), [where, subject]);
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
  const title = titleOf(side, head);
  return (
    <section aria-label={title} onKeyDown={onKeyDown}>
      <h2>
        <Link href={replayAddress(side)}>{title}</Link>
      </h2>
      {head?.session != null && <About session={head.session} steps={total} />}
      {subject.whole !== 'session' && total > 0 && <p className="quiet">{plural(total, 'step')}</p>}
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
      {step !== undefined && <Shown step={step} number={at + 1} href={replayAddress(side, step.id)} />}
    </section>
  );
}

function titleOf({ where, subject }: Compared, head: ReplayPage | null): string {
  if (subject.session === undefined) return safeLine(where.branch ?? head?.subject.title ?? 'main');
  return head?.session == null ? subject.session.slice(-8) : sessionTitle(head.session);
}

/** Where one side is alone, from the step of `event`. */
function replayAddress({ where, subject }: Compared, event?: string): string {
  const named = event === undefined ? {} : { event };
  return subject.session === undefined
    ? branchAddress(where, named)
    : stepAddress(where, subject.session, named);
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
