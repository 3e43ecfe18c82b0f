import { useCallback, useEffect, useMemo, useState } from 'react';
import { Link, useParams } from 'wouter';
import { durationText } from '../../../core/amount-text.ts';
import { safeLine } from '../../../core/safe-text.ts';
import { useLive } from '../live.ts';
import { Heading } from '../parts/heading.tsx';
import { useAddressPart, useQuery } from '../parts/query.ts';
import { sessionTitle } from '../parts/session-title.ts';
import { compareAddress, stepAddress, stepIn } from '../parts/step-address.ts';
import { When } from '../parts/when.tsx';
import { useThrottled } from '../use-throttled.ts';
import { useWhere, type Where } from '../where.tsx';
import { Compare, type Compared } from './replay/compare.tsx';
import { type ServedSubject, servedSource } from './replay/served-source.ts';
import { type Choice, everything, type ReplayPage, type ReplaySource, type Step } from './replay/source.ts';
import { useReplay } from './replay/use-replay.ts';
import { Viewer } from './replay/viewer.tsx';

/** Steps that come are shown so often at the most. */
const refreshMs = 2_000;

/** The replay of the session, the branch or the run that the address names. */
export default function Replay() {
  const where = useWhere();
  const { session, whole } = useParams<{ session?: string; whole?: string }>();
  const named = useAddressPart(4);
  const subject = useMemo<ServedSubject>(
    () =>
      session !== undefined
        ? { whole: 'session', session: named }
        : { whole: whole === 'run' ? 'run' : 'branch' },
    [session, named, whole],
  );
  const beside = useQuery().query.get('with');
  if (beside !== null && subject.whole !== 'run') {
    const other: Compared =
      subject.whole === 'session'
        ? { where, subject: { whole: 'session', session: beside } }
        : { where: { ...where, branch: beside }, subject };
    const sides = [{ where, subject }, other] as const;
    return <Compare key={JSON.stringify(sides)} sides={sides} />;
  }
  return <ReplayOf key={JSON.stringify([where, subject])} where={where} subject={subject} />;
}

function ReplayOf({ where, subject }: { where: Where; subject: ServedSubject }) {
  const [choice, setChoice] = useState<Choice>(everything);
  const { query, ask } = useQuery();
  const source = useMemo(() => servedSource(where, subject, choice), [where, subject, choice]);
  const replay = useReplay(source);
  const { wanted, goTo } = useWanted(source, query);
  const { sessions, steps } = replay;
  const isWhole = subject.whole !== 'session';
  const refreshSoon = useThrottled(steps.refresh, refreshMs);
  useLive(where, (events) => {
    // What was missed is told without events.
    if (isWhole || events.length === 0 || events.some(({ session }) => sessions.has(session))) refreshSoon();
  });
  const choose = (next: Choice, step: Step | undefined): void => {
    setChoice(next);
    goTo(step?.id ?? null);
  };
  const show = useCallback(
    (at: number) => {
      // A number means the step among all of them: with some left out it is another one.
      if (choice === everything) ask({ event: null, step: String(at + 1) });
    },
    [choice, ask],
  );
  return (
    <>
      <ReplayHeading where={where} head={replay.head} />
      {wanted === null ? (
        <p className="quiet" role="status">
          Looking for the step…
        </p>
      ) : (
        <Viewer
          source={source}
          replay={replay}
          wanted={wanted}
          choice={choice}
          onChoice={choose}
          onShown={show}
        />
      )}
    </>
  );
}

/** The step that is wanted: the number in the address, or where the event is that it names. Null: that is being asked. */
function useWanted(
  source: ReplaySource,
  search: URLSearchParams,
): { wanted: number | null; goTo: (event: string | null) => void } {
  const [event, setEvent] = useState(search.get('event'));
  const [wanted, setWanted] = useState<number | null>(event === null ? stepIn(search) : null);
  useEffect(() => {
    if (event === null) return;
    const gone = new AbortController();
    source.place(event, gone.signal).then(
      (step) => !gone.signal.aborted && setWanted(step ?? 0),
      () => !gone.signal.aborted && setWanted(0),
    );
    return () => gone.abort();
  }, [source, event]);
  const goTo = useCallback((next: string | null) => {
    setWanted(next === null ? 0 : null);
    setEvent(next);
  }, []);
  return { wanted, goTo };
}

function ReplayHeading({ where, head }: { where: Where; head: ReplayPage | null }) {
  const { session = null, subject } = head ?? {};
  const title =
    session === null
      ? subject === undefined
        ? 'Replay'
        : `${subject.whole === 'run' ? 'Run' : 'Branch'} ${safeLine(subject.title)}`
      : sessionTitle(session);
  return (
    <Heading title={title}>
      {session !== null && (
        <p className="replay-facts quiet">
          {safeLine(session.agent)}
          {session.model !== null && ` · ${safeLine(session.model)}`} · <When at={session.startedAt} />,{' '}
          {durationText(Math.max(0, session.lastAt - session.startedAt))}
          {session.failures > 0 && <span className="bad"> · {session.failures} failed</span>}
          {session.parent !== null && (
            <>
              {' · '}
              <Link href={stepAddress(where, session.parent)}>the session that started it</Link>
            </>
          )}
          {' · '}
          <Link href={compareAddress(where, session.id)}>compare</Link>
        </p>
      )}
    </Heading>
  );
}
