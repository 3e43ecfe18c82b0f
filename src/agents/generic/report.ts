import type { DraftInput, Identity } from '../../schema/event.ts';
import { sessionId } from '../../schema/ids.ts';
import { type Call, callDraft, editDraft } from '../call.ts';
import type { Fields } from '../fields.ts';
import { draftOf, humanActor, identityOf, programActor, type Scene } from '../scene.ts';
import { promptedDraft, startedDraft } from '../turn.ts';
import { hunksOf } from '../unified-diff.ts';

export const reportKinds = [
  'start',
  'prompt',
  'reply',
  'tool',
  'edit',
  'title',
  'end',
  'interrupted',
] as const;
export type ReportKind = (typeof reportKinds)[number];

/** One thing that a program without an adapter of its own says about its work. */
export interface Report {
  kind: ReportKind;
  /** Name under which its sessions appear. */
  agent: string;
  session: string;
  /** Its own id of this fact; the same twice is one event. Null: known by `content`. */
  id: string | null;
  content: string;
  cwd: string | null;
  turn: string | null;
  /** Epoch milliseconds. */
  at: number | undefined;
  model: string | null;
  text: string;
  tool: string | null;
  command: string | null;
  input: unknown;
  output: string | null;
  error: string | null;
  status: 'ok' | 'failed' | 'rejected' | null;
  exitCode: number | null;
  durationMs: number | null;
  path: string | null;
  /** Unified diff of an edit. */
  diff: string | null;
  /** Session that started this one. */
  parent: string | null;
  role: string | null;
  tokens: Fields | null;
  costUsd: number | null;
}

export const blankReport: Omit<Report, 'kind' | 'agent' | 'session' | 'content'> = {
  id: null,
  cwd: null,
  turn: null,
  at: undefined,
  model: null,
  text: '',
  tool: null,
  command: null,
  input: null,
  output: null,
  error: null,
  status: null,
  exitCode: null,
  durationMs: null,
  path: null,
  diff: null,
  parent: null,
  role: null,
  tokens: null,
  costUsd: null,
};

function sceneOf({ agent, session, parent, turn, model, cwd, at }: Report): Scene {
  return {
    agent,
    nativeId: session,
    // Who has a parent is a child of it; its own id tells it from its siblings.
    agentId: parent === null ? null : session,
    session: sessionId(agent, session),
    rootSession: sessionId(agent, parent ?? session),
    promptId: turn,
    model,
    base: cwd,
    at,
  };
}

const identityFor = (report: Report, phase: string): Identity => identityOf(report.id, phase, report.content);

type Teller = (report: Report, scene: Scene) => DraftInput;

const tellers: Readonly<Record<ReportKind, Teller>> = {
  start: (report, scene) => {
    const { cwd, role, session } = report;
    const body = {
      nativeId: session.slice(0, 500),
      ...(cwd === null ? {} : { cwd }),
      ...(role === null ? {} : { role: role.slice(0, 200) }),
    };
    const identity = identityOf(session, 'started', session);
    const source = report.parent === null ? report.text || 'startup' : 'subagent';
    return startedDraft({ ...scene, promptId: null }, { source, identity, body });
  },
  prompt: (report, scene) => {
    const isChild = scene.agentId !== null;
    const asked = { prompt: report.text, source: isChild ? 'subagent' : 'human', human: !isChild };
    return promptedDraft(scene, { ...asked, identity: identityFor(report, 'prompt') });
  },
  reply: tellReply,
  tool: tellTool,
  edit: tellEdit,
  title: (report, scene) =>
    draftOf(scene, {
      type: 'session.titled',
      identity: { content: `titled:${report.text}` },
      actor: programActor(scene),
      text: report.text,
      body: { title: report.text },
    }),
  end: (report, scene) => {
    const reason = report.text || 'completed';
    const parts = {
      type: 'session.ended',
      identity: identityFor(report, 'ended'),
      actor: programActor(scene),
    };
    return draftOf(
      { ...scene, promptId: null },
      { ...parts, text: `session ended (${reason})`, body: { reason } },
    );
  },
  interrupted: (report, scene) =>
    draftOf(scene, {
      type: 'turn.interrupted',
      identity: identityFor(report, 'interrupted'),
      actor: humanActor,
      text: report.text || 'interrupted by the user',
      body: {},
    }),
};

/** What a report says, as a draft. */
export const reportDraft = (report: Report): DraftInput => tellers[report.kind](report, sceneOf(report));

function tellReply(report: Report, scene: Scene): DraftInput {
  const { text, tokens, costUsd, status, model } = report;
  const spent = { ...(tokens === null ? {} : { tokens }), ...(costUsd === null ? {} : { costUsd }) };
  return draftOf(scene, {
    type: 'turn.replied',
    identity: identityFor(report, 'reply'),
    actor: { kind: 'agent', name: scene.agent, ...(model === null ? {} : { model: model.slice(0, 200) }) },
    status: status === 'failed' ? 'failed' : 'ok',
    text,
    body: { message: text, ...spent },
  });
}

function callOf(report: Report): Call {
  const { tool, command, input, output, exitCode, durationMs, path, id } = report;
  const isRejected = report.status === 'rejected';
  const isFailed =
    report.status === 'failed' ||
    (report.status === null && (report.error !== null || (exitCode !== null && exitCode !== 0)));
  const why = report.error ?? output ?? (exitCode === null ? 'failed' : `exit code ${exitCode}`);
  const nativeTool = tool ?? 'shell';
  return {
    // Whatever ran it, a command line is a command line: so it is found again, and known as tried.
    tool: command === null ? (tool ?? 'tool') : 'Bash',
    ...(command === null || nativeTool === 'Bash' ? {} : { nativeTool }),
    callId: id,
    input: command === null ? (input ?? {}) : { command },
    output: isFailed || isRejected ? null : output,
    error: isFailed ? why || 'failed' : null,
    denied: isRejected ? { by: 'person', reason: report.error ?? (report.text || null) } : null,
    exitCode,
    durationMs,
    path,
    identity: identityFor(report, 'call'),
    ...(isFailed && report.error !== null && output !== null ? { extra: { output } } : {}),
  };
}

function tellTool(report: Report, scene: Scene): DraftInput {
  return callDraft(scene, callOf(report));
}

function tellEdit(report: Report, scene: Scene): DraftInput {
  const call = callOf({ ...report, tool: report.tool ?? 'Edit' });
  if (call.error !== null || call.denied !== null || report.path === null) return callDraft(scene, call);
  const hunks = hunksOf(report.diff);
  const change = report.text === 'created' || report.text === 'deleted' ? report.text : 'updated';
  const content = hunks.length === 0 && report.output !== null ? { content: report.output } : {};
  const edit = { path: report.path, change, hunks, ...content } as const;
  return editDraft(scene, edit, { ...call, identity: identityFor(report, 'call') });
}
