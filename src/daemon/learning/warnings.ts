import { v7 as uuidv7 } from 'uuid';
import type { CallToJudge } from '../../agents/agent.ts';
import { type Marker, redactDraft } from '../../core/redact.ts';
import { type Call, callOf } from '../../core/warnings/call.ts';
import { finishedCall } from '../../core/warnings/finished.ts';
import { Gate, type Judgement, type SavedGate } from '../../core/warnings/gate.ts';
import { shippedPriors } from '../../core/warnings/priors.ts';
import { isShown, Quota } from '../../core/warnings/quota.ts';
import { warningText } from '../../core/warnings/text.ts';
import { Draft, type Event } from '../../schema/event.ts';
import type { Appender } from '../append.ts';
import { scopeOf, spansOf } from '../lines.ts';
import type { Log } from '../log.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

export interface Warnings {
  /** What the agent is told beside a call that it is about to make; empty for nothing. */
  judge(asked: { call: CallToJudge; session: string; branch: string }): Promise<string>;
  /** Takes in how calls ended. */
  take(events: readonly Event[]): void;
  /** Begins with what was saved. */
  restore(saved: SavedGate): void;
  save(): SavedGate;
  /** How many calls were judged, and the milliseconds that the last of them took. */
  judged(): { calls: number; tookMs: readonly number[] };
}

interface Parts {
  open: OpenWorkspace;
  appender: Pick<Appender, 'append'>;
  now: () => number;
  log: Log;
  mark: Marker;
}

const mostTimes = 1_000;
/** The key looks at the beginning of long arguments; what is redacted beyond that would be lost time. */
const argumentChars = 16_384;

export function createWarnings(parts: Parts): Warnings {
  const { open } = parts;
  let gate = new Gate(shippedPriors);
  const quota = new Quota();
  const tookMs: number[] = [];
  let calls = 0;

  const take = (events: readonly Event[]): void => {
    for (const event of events) {
      const base = open.sessions.get(`${event.session} ${event.branch} ${event.writer}`)?.cwd ?? null;
      const finished = finishedCall(event, base);
      if (finished === null) continue;
      const scope = scopeOf(open, event.branch);
      gate.learn(finished.call, finished.ended, (place) => scope.sees(place));
    }
  };

  const judge: Warnings['judge'] = async ({ call: asked, session, branch }) => {
    const startedAt = performance.now();
    const call = callOf(asked.tool, redacted(asked.input, parts.mark), { session, base: asked.base });
    const scope = scopeOf(open, branch);
    const judgement = gate.judge(call, (place) => scope.sees(place));
    const fires = quota.take(session, call.key, judgement?.posterior ?? null);
    calls += 1;
    tookMs[calls % mostTimes] = performance.now() - startedAt;
    if (judgement === null || !fires) return '';
    const shown = isShown(session, call.key);
    note(parts, { call, callId: asked.callId, judgement, shown, branch });
    return shown ? told(parts, judgement, { session, branch }) : '';
  };

  return {
    judge,
    take,
    restore: (saved) => {
      gate = new Gate(shippedPriors, saved);
    },
    save: () => gate.save(),
    judged: () => ({ calls, tookMs: tookMs.filter((ms) => ms !== undefined) }),
  };
}

/** The arguments as they would be stored: keys of stored calls are made from these. */
function redacted(input: unknown, mark: Marker): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return {};
  const entries = Object.entries(input).map(([name, value]) => [
    name,
    typeof value === 'string' ? value.slice(0, argumentChars) : value,
  ]);
  const draft = Draft.parse({ ...blank, body: { input: Object.fromEntries(entries) } });
  return redactDraft(draft, mark).draft.body.input;
}

const blank = {
  type: 'tool.called',
  agent: 'hivemind',
  session: `ses_${'0'.repeat(32)}`,
  identity: { content: '' },
  actor: { kind: 'daemon', name: 'hivemind' },
};

/** Logs a judgement that fired; the agent does not wait for the disk. */
function note(
  { open, appender, now, log }: Parts,
  {
    call,
    callId,
    judgement,
    shown,
    branch,
  }: { call: Call; callId: string | null; judgement: Judgement; shown: boolean; branch: string },
): void {
  const { posterior, bucket, evidence } = judgement;
  const draft = Draft.parse({
    type: 'recall.warned',
    agent: 'hivemind',
    session: call.session,
    identity: { nativeId: callId?.slice(0, 500) || uuidv7(), phase: 'warned' },
    actor: { kind: 'daemon', name: 'hivemind' },
    at: now(),
    text: `${shown ? 'warned' : 'held back a warning'} of ${call.tool}: ${Math.round(posterior * 100)} % of such calls fail`,
    body: {
      tool: call.tool,
      key: call.key,
      ...(callId === null ? {} : { callId }),
      posterior,
      bucket,
      shown,
      evidence: evidence.map(({ event }) => event),
      cross: evidence.every(({ session }) => session !== call.session),
    },
  });
  appender
    .append([draft], { branch })
    .catch((error) => log.error('a warning was not recorded', error, { workspace: open.workspace.id }));
}

/** The warning in words. The evidence is read through the branch's own spans: what is not seen there is not quoted. */
async function told(
  { open, now }: Parts,
  judgement: Judgement,
  { session, branch }: { session: string; branch: string },
): Promise<string> {
  const ids = judgement.evidence.map(({ event }) => event);
  const found = await open.store.find({ spans: spansOf(open, scopeOf(open, branch)), ids });
  const failures = found
    .sort((a, b) => b.at - a.at)
    .map((event) => ({
      event: event.id,
      agent: event.agent,
      at: event.at,
      asked: event.text.split('\n', 1).join(''),
      said: typeof event.body.error === 'string' ? withoutExitCode(event.body.error) : '',
      isOwn: event.session === session,
    }));
  if (failures.length === 0) return '';
  return warningText(judgement, failures, { now: now(), workspace: open.workspace.name });
}

const withoutExitCode = (error: string): string => error.replace(/^Exit code \d+\s+(?=\S)/, '');
