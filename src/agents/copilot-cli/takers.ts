import type { DraftInput } from '../../schema/event.ts';
import { asFields, countAt, type Fields, fieldsAt, listAt, stringAt, wordAt } from '../fields.ts';
import { agentActor, draftOf, humanActor, identityOf, programActor, type Scene } from '../scene.ts';
import { compactedDraft, firstStart, promptedDraft, repliedDraft, startedDraft } from '../turn.ts';
import type { Thread } from './thread.ts';
import { tokensOf, toolDrafts } from './tool.ts';
import { toolNamed } from './tool-name.ts';

/** One line, and where it belongs. */
interface Line {
  thread: Thread;
  scene: Scene;
  data: Fields;
  /** Copilot's id of the line. */
  id: string | null;
}

/** What is told by the lines of each type; a type that is not here tells nothing. */
export const takers: Readonly<Record<string, (line: Line) => DraftInput[]>> = {
  'session.start': (line) => takeStart(line, 'import'),
  'session.resume': (line) => takeStart(line, 'resume'),
  'session.model_change': takeModel,
  'session.usage_record': takeUsage,
  'session.title_changed': takeTitle,
  'session.compaction_complete': takeCompaction,
  'session.error': takeError,
  'session.shutdown': takeShutdown,
  'user.message': takePrompt,
  'assistant.message': takeReply,
  'tool.execution_start': takeCall,
  'tool.execution_complete': takeResult,
  'permission.completed': takePermission,
  'subagent.started': takeChild,
  'subagent.completed': (line) => takeChildEnd(line, 'completed'),
  'subagent.failed': (line) => takeChildEnd(line, 'failed'),
  abort: takeAbort,
};

function takeStart({ thread, scene, data, id }: Line, source: string): DraftInput[] {
  thread.model = wordAt(data, 'selectedModel') ?? thread.model;
  const context = fieldsAt(data, 'context');
  const body = known({
    cwd: wordAt(context, 'cwd'),
    agentVersion: wordAt(data, 'copilotVersion'),
    gitBranch: wordAt(context, 'branch'),
  });
  const identity = source === 'resume' ? identityOf(id, 'resumed', String(scene.at)) : firstStart(scene);
  return [startedDraft({ ...scene, model: thread.model }, { source, identity, body })];
}

function takeModel({ thread, data }: Line): DraftInput[] {
  thread.model = wordAt(data, 'newModel') ?? thread.model;
  return [];
}

/** What a question to the model took; its answer comes after it, and names it. */
function takeUsage({ thread, data }: Line): DraftInput[] {
  const usage = fieldsAt(data, 'usage');
  const [call, tokens] = [wordAt(usage, 'apiCallId'), tokensOf(usage)];
  if (call !== null && tokens !== null) thread.usage.set(call, tokens);
  return [];
}

function takeTitle({ scene, data, id }: Line): DraftInput[] {
  const title = wordAt(data, 'title');
  if (title === null) return [];
  const identity = identityOf(id, 'titled', title);
  const at = { ...scene, promptId: null };
  return [
    draftOf(at, {
      type: 'session.titled',
      identity,
      actor: programActor(scene),
      text: title,
      body: { title },
    }),
  ];
}

function takeCompaction({ scene, data, id }: Line): DraftInput[] {
  if (data.success === false) return [];
  const summary = wordAt(data, 'summaryContent');
  const trigger = wordAt(data, 'customInstructions') === null ? 'auto' : 'manual';
  return [compactedDraft(scene, { trigger, summary, nth: 1, key: id })];
}

/** Sources of prompts that no person typed: skills, other agents, Copilot itself. */
const isTyped = (data: Fields): boolean => {
  const source = wordAt(data, 'source');
  return data.isAutopilotContinuation !== true && (source === null || source === 'user');
};

function takePrompt({ thread, scene, data, id }: Line): DraftInput[] {
  // What Copilot and hooks add for the model stands in `transformedContent` alone.
  const prompt = stringAt(data, 'content')?.trim() ?? '';
  if (prompt === '') return [];
  const human = thread.agentId === null && isTyped(data);
  const source = thread.agentId !== null ? 'subagent' : human ? 'human' : 'system';
  if (human || thread.promptId === null) thread.promptId = id;
  const identity = identityOf(id, 'prompt', prompt);
  return [promptedDraft({ ...scene, promptId: thread.promptId }, { prompt, source, human, identity })];
}

function takeReply({ thread, scene, data, id }: Line): DraftInput[] {
  thread.model = wordAt(data, 'model') ?? thread.model;
  const call = wordAt(data, 'apiCallId') ?? '';
  const tokens = thread.usage.get(call);
  thread.usage.clear();
  const requests = (listAt(data, 'toolRequests') ?? []).map(asFields);
  const message = stringAt(data, 'content')?.trim() ?? '';
  // Older versions tell what was said, but not what was read: that is no pair of tokens.
  const outputTokens = tokens === undefined ? countAt(data, 'outputTokens') : null;
  const extra = known({ tokens: tokens ?? null, outputTokens });
  if (message === '') {
    const first = requests.map((request) => wordAt(request, 'toolCallId')).find((callId) => callId !== null);
    if (first !== undefined && Object.keys(extra).length > 0) thread.spare.set(first, extra);
    return [];
  }
  const identity = identityOf(id, 'reply', message);
  const model = thread.model;
  return [repliedDraft({ ...scene, model }, { message, final: requests.length === 0, identity, extra })];
}

function takeCall({ thread, scene, data }: Line): DraftInput[] {
  const [callId, name] = [wordAt(data, 'toolCallId'), wordAt(data, 'toolName')];
  if (callId === null || name === null) return [];
  const named = toolNamed({
    name,
    args: data.arguments,
    server: wordAt(data, 'mcpServerName'),
    serverTool: wordAt(data, 'mcpToolName'),
  });
  const extra = thread.spare.get(callId) ?? {};
  thread.spare.delete(callId);
  const startedAt = scene.at;
  const open = {
    scene,
    named,
    nativeTool: name,
    callId,
    startedAt,
    permission: null,
    childSession: null,
    extra,
  };
  thread.calls.set(callId, open);
  return [];
}

function takeResult({ thread, scene, data }: Line): DraftInput[] {
  const callId = wordAt(data, 'toolCallId');
  const call = callId === null ? undefined : thread.calls.get(callId);
  if (callId === null || call === undefined) return [];
  thread.calls.delete(callId);
  const { startedAt } = call;
  const durationMs =
    startedAt === undefined || scene.at === undefined ? null : Math.max(0, scene.at - startedAt);
  return toolDrafts(
    { ...call.scene, at: scene.at ?? call.scene.at },
    { ...call, complete: data, durationMs },
  );
}

function takePermission({ thread, data }: Line): DraftInput[] {
  const call = thread.calls.get(wordAt(data, 'toolCallId') ?? '');
  if (call !== undefined) call.permission = wordAt(fieldsAt(data, 'result'), 'kind');
  return [];
}

function takeChild({ thread, scene, data }: Line): DraftInput[] {
  if (thread.agentId === null) return [];
  thread.model = wordAt(data, 'model') ?? thread.model;
  const call = thread.calls.get(wordAt(data, 'toolCallId') ?? '');
  if (call !== undefined) call.childSession = scene.session;
  const body = known({
    role: wordAt(data, 'agentName'),
    startedByCall: wordAt(data, 'toolCallId'),
    cwd: scene.base,
  });
  const at = { ...scene, model: thread.model };
  return [startedDraft(at, { source: 'subagent', identity: firstStart(scene), body })];
}

function takeChildEnd({ thread, scene, data, id }: Line, how: 'completed' | 'failed'): DraftInput[] {
  if (thread.agentId === null) return [];
  const error = wordAt(data, 'error');
  const reason = how === 'completed' && data.cancelled === true ? 'cancelled' : how;
  const body = known({ reason, error, durationMs: countAt(data, 'durationMs') });
  return [endDraft(scene, id, body, how === 'failed')];
}

function takeShutdown({ scene, data, id }: Line): DraftInput[] {
  const totals = fieldsAt(data, 'accountingSnapshot') ?? data;
  const body = known({
    reason: wordAt(data, 'shutdownType') ?? 'routine',
    error: wordAt(data, 'errorReason'),
    // Copilot bills requests, each weighed by its model, and AI units; neither is money.
    premiumRequests: countAt(totals, 'totalPremiumRequestCost') ?? countAt(totals, 'totalPremiumRequests'),
    nanoAiUnits: countAt(totals, 'totalNanoAiu'),
    apiDurationMs: countAt(totals, 'totalApiDurationMs'),
  });
  return [endDraft(scene, id, body, body.reason === 'error')];
}

function endDraft(scene: Scene, id: string | null, body: Fields, isFailed: boolean): DraftInput {
  const text = `session ended (${String(body.reason)})`;
  const identity = identityOf(id, 'ended', `${text}\n${String(scene.at)}`);
  const status = isFailed ? 'failed' : 'ok';
  return draftOf(scene, { type: 'session.ended', identity, actor: agentActor(scene), status, text, body });
}

/** The model could not be asked. */
function takeError({ scene, data, id }: Line): DraftInput[] {
  const message = wordAt(data, 'message');
  if (message === null) return [];
  const extra = known({ errorType: wordAt(data, 'errorType') });
  return [
    repliedDraft(scene, {
      message,
      final: true,
      failed: true,
      identity: identityOf(id, 'reply', message),
      extra,
    }),
  ];
}

function takeAbort({ scene, data, id }: Line): DraftInput[] {
  const reason = wordAt(data, 'reason') ?? 'user_initiated';
  const identity = identityOf(id, 'interrupted', `${reason}\n${String(scene.at)}`);
  const actor = reason.includes('limit') ? programActor(scene) : humanActor;
  return [
    draftOf(scene, {
      type: 'turn.interrupted',
      identity,
      actor,
      text: `interrupted (${reason})`,
      body: { reason },
    }),
  ];
}

const known = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
