import type { Attempt, Derived } from '../../core/attempts/attempt.ts';
import { attemptsOf, attemptText } from '../../core/attempts/derive.ts';
import { type Step, stepOf, stepTypes } from '../../core/attempts/step.ts';
import { Draft, type Event } from '../../schema/event.ts';
import type { Appender } from '../append.ts';
import { basisOf } from '../basis.ts';
import { everywhere, scopeOf } from '../lines.ts';
import type { Log } from '../log.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { EditIndex } from './earlier-edits.ts';

/** Steps of a session that are looked at together, and sessions whose steps are kept. */
const windowSteps = 300;
const mostSessions = 100;
/** Older than this, files and commits are not what they were then. */
const recentMs = 10 * 60_000;

interface Trace {
  steps: Step[];
  recorded: Set<string>;
}

export interface AttemptRecorder {
  take(events: readonly Event[]): Promise<void>;
}

interface Parts {
  open: OpenWorkspace;
  appender: Pick<Appender, 'append'>;
  now: () => number;
  log: Log;
}

/** Records what was tried, as the events by which it is known come in: once, however often it is derived. */
export function createAttemptRecorder(parts: Parts): AttemptRecorder {
  const { open } = parts;
  const traces = new Map<string, Trace>();
  const edits = new EditIndex();
  let warmed: Promise<void> | null = null;

  const traceOf = async (key: string, fresh: readonly Step[]): Promise<Trace> => {
    const known = traces.get(key) ?? { steps: await stepsBefore(open, fresh), recorded: new Set<string>() };
    traces.delete(key);
    traces.set(key, known);
    for (const oldest of traces.keys()) {
      if (traces.size <= mostSessions) break;
      traces.delete(oldest);
    }
    return known;
  };

  const take = async (events: readonly Event[]): Promise<void> => {
    const steps = events.flatMap((event) => stepOf(event) ?? []);
    if (steps.length === 0) return;
    warmed ??= recentEdits(open, edits);
    await warmed;
    for (const step of steps) edits.add(step);
    for (const [key, fresh] of Map.groupBy(steps, ({ session, branch }) => `${session} ${branch}`)) {
      const trace = await traceOf(key, fresh);
      trace.steps = [...trace.steps, ...fresh].slice(-windowSteps - fresh.length);
      const scope = scopeOf(open, fresh[0]?.branch ?? '');
      // An edit of another session counts where it is seen.
      const others = (change: string) => edits.of(change).filter((step) => scope.sees(step));
      const found = attemptsOf(trace.steps, others);
      await record(parts, trace, found);
      trace.steps = trace.steps.slice(-windowSteps);
    }
  };

  return { take };
}

/** What a session did before the daemon came to know of it. */
async function stepsBefore({ store, sessions }: OpenWorkspace, fresh: readonly Step[]): Promise<Step[]> {
  const [first] = fresh;
  if (first === undefined) return [];
  const { session, branch, writer } = first;
  const part = sessions.get(`${session} ${branch} ${writer}`);
  // Imports bring whole sessions: most of them have nothing that is not just coming.
  if (part !== undefined && part.first >= Math.min(...fresh.map(({ seq }) => seq))) return [];
  const filter = { spans: [{ branch, writer: null, upTo: null }], sessions: [session], types: stepTypes };
  const positions = await store.positions(filter);
  const events = await store.at(filter, positions.slice(-windowSteps));
  return events.flatMap((event) => stepOf(event) ?? []);
}

const editsBack = 1_000;

async function recentEdits(open: OpenWorkspace, edits: EditIndex): Promise<void> {
  const { store } = open;
  const filter = { spans: everywhere(open), types: ['file.edited'] };
  const positions = await store.positions(filter);
  for (const event of await store.at(filter, positions.slice(-editsBack))) {
    const step = stepOf(event);
    if (step !== null) edits.add(step);
  }
}

async function record(parts: Parts, trace: Trace, found: readonly Attempt[]): Promise<void> {
  for (const attempt of found) {
    const key = `${attempt.derived}:${attempt.anchor.id}`;
    if (trace.recorded.has(key)) continue;
    trace.recorded.add(key);
    const draft = await draftOf(parts, attempt);
    await parts.appender.append([draft], { branch: attempt.anchor.branch });
  }
}

async function draftOf({ open, now }: Parts, attempt: Attempt): Promise<Draft> {
  const { anchor, derived, approach, outcome, reason, instead, failed, evidence, paths } = attempt;
  const cwd = open.sessions.get(`${anchor.session} ${anchor.branch} ${anchor.writer}`)?.cwd ?? null;
  const isRecent = Math.abs(now() - anchor.at) < recentMs;
  const state = cwd === null || !isRecent ? {} : await basisOf(cwd, paths).catch(() => ({}));
  return Draft.parse({
    type: 'memory.attempted',
    agent: anchor.agent,
    session: anchor.session,
    ...(anchor.turn === null ? {} : { turn: anchor.turn }),
    // Derived from the evidence alone: again, after a restart or on another machine it is the same fact.
    identity: { nativeId: `${derived}:${anchor.id}`, phase: 'attempt' },
    actor: { kind: 'daemon', name: 'hivemind' },
    at: anchor.at,
    status: statusOf(derived, outcome),
    paths,
    text: attemptText(attempt),
    body: {
      approach,
      outcome,
      ...(reason === '' ? {} : { reason }),
      derived,
      evidence,
      ...(instead === '' ? {} : { instead }),
      ...(failed.length === 0 ? {} : { failed }),
      paths,
      state,
    },
  });
}

const statusOf = (derived: Derived, outcome: Attempt['outcome']): Draft['status'] =>
  outcome === 'worked' ? 'ok' : derived === 'rejection' ? 'rejected' : 'failed';
