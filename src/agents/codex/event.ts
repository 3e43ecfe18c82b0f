import { asFields, type Fields, fieldsAt, listAt, stringAt, wordAt } from '../fields.ts';
import { draftOf, humanActor, identityOf, type Scene } from '../scene.ts';
import { effectOf, typedCommand } from './call.ts';
import { type File, settleBefore, settleTyped, takePrompt, takeTitle, takeUsage } from './file.ts';
import { takeSearch } from './item.ts';
import { isInjected, wordsOf } from './rollout.ts';
import { endCalls, endTurn, takeEffect, takeReply } from './thread.ts';
import { toolOf } from './tool.ts';

type Taker = (file: File, event: Fields, scene: Scene) => boolean;

/** Events of older rollouts, and those that both forms have; an item of a newer one stands in `item_completed`. */
const takers: Record<string, Taker> = {
  task_started: beginTurn,
  turn_started: beginTurn,
  task_complete: finishTurn,
  turn_complete: finishTurn,
  turn_aborted: takeAbort,
  user_message: (file, event, scene) => {
    const kind = wordAt(event, 'kind') ?? 'plain';
    return kind === 'plain' && takeWords(file, stringAt(event, 'message') ?? '', scene);
  },
  token_count: (file, event) => takeUsage(file, event, 'count'),
  exec_command_end: (file, event, scene) => takeCommand(file, event, wordAt(event, 'call_id'), scene),
  patch_apply_end: (file, event, scene) => takeEnd(file, event, wordAt(event, 'call_id'), scene),
  mcp_tool_call_end: (file, event, scene) => takeEnd(file, event, wordAt(event, 'call_id'), scene),
  collab_agent_spawn_end: (file, event, scene) => takeEnd(file, event, wordAt(event, 'call_id'), scene),
  web_search_end: (file, event, scene) => takeSearch(file, event, 'event', scene),
  thread_name_updated: (file, event) => takeTitle(file, wordAt(event, 'thread_name')),
  error: takeError,
};

const itemTakers: Record<string, Taker> = {
  UserMessage: (file, item, scene) => takeWords(file, wordsOf(listAt(item, 'content') ?? []), scene),
  CommandExecution: (file, item, scene) => takeCommand(file, item, wordAt(item, 'id'), scene),
  FileChange: (file, item, scene) => takeEnd(file, item, wordAt(item, 'id'), scene),
  McpToolCall: (file, item, scene) => takeEnd(file, item, wordAt(item, 'id'), scene),
  CollabAgentToolCall: (file, item, scene) => takeEnd(file, item, wordAt(item, 'id'), scene),
  DynamicToolCall: (file, item, scene) => takeEnd(file, item, wordAt(item, 'id'), scene),
  WebSearch: (file, item, scene) => takeSearch(file, item, 'event', scene),
};

/** Whether an event carried something to keep; null: its name is not known here. `name` names it for the count of unknown ones. */
export function takeEvent(file: File, event: Fields, scene: Scene): { taken: boolean | null; name: string } {
  const kind = stringAt(event, 'type') ?? 'none';
  const item = kind === 'item_completed' ? fieldsAt(event, 'item') : null;
  const type = item === null ? kind : (stringAt(item, 'type') ?? 'none');
  const table = item === null ? takers : itemTakers;
  const take = Object.hasOwn(table, type) ? table[type] : undefined;
  const name = `${item === null ? 'event_msg' : 'item_completed'}/${type}`;
  return { taken: take === undefined ? null : take(file, item ?? event, scene), name };
}

function beginTurn(file: File, event: Fields): boolean {
  settleTyped(file);
  endTurn(file.thread, false);
  file.turn = wordAt(event, 'turn_id') ?? file.turn;
  return false;
}

function finishTurn(file: File): boolean {
  settleBefore(file);
  endTurn(file.thread, true);
  return false;
}

/** A person stopped the turn, or put another prompt in its place. */
function takeAbort(file: File, event: Fields, scene: Scene): boolean {
  settleBefore(file);
  endTurn(file.thread, false);
  endCalls(file.thread, 'aborted: the turn was stopped');
  const reason = wordAt(event, 'reason') ?? 'interrupted';
  file.queue.push(interruptedDraft(scene, reason));
  return true;
}

export const interruptedDraft = (scene: Scene, reason: string): ReturnType<typeof draftOf> =>
  draftOf(scene, {
    type: 'turn.interrupted',
    identity: identityOf(scene.promptId, 'interrupted', `${reason}\n${scene.at ?? ''}`),
    actor: humanActor,
    text: `turn ${reason}`,
    body: reason === 'interrupted' ? {} : { reason },
  });

/** Where a prompt begins behind what an editor's extension puts in front of it. */
const editorRequest = '## My request for Codex:';

function takeWords(file: File, text: string, scene: Scene): boolean {
  const request = text.startsWith('# Context from my IDE') ? text.lastIndexOf(editorRequest) : -1;
  const words = (request < 0 ? text : text.slice(request + editorRequest.length)).trim();
  return words !== '' && !isInjected(words) && takePrompt(file, words, scene);
}

function takeCommand(file: File, event: Fields, callId: string | null, scene: Scene): boolean {
  if (!/^user_?shell$/i.test(wordAt(event, 'source') ?? '')) return takeEnd(file, event, callId, scene);
  const command = typedCommand(event);
  const { output, exitCode, failed } = effectOf(event);
  file.queue.push(
    draftOf(scene, {
      type: 'tool.called',
      identity: identityOf(callId, 'call', `${command}\n${scene.at ?? ''}`),
      actor: humanActor,
      status: failed ? 'failed' : 'ok',
      text: `${command}\n${output ?? ''}`.trim(),
      body: {
        tool: 'Bash',
        input: { command },
        [failed ? 'error' : 'output']: output ?? '',
        ...(exitCode === null ? {} : { exitCode }),
      },
    }),
  );
  return true;
}

/** The end of a call. One that the model's own items do not have (it was made by code that the model wrote) is told from here. */
function takeEnd(file: File, event: Fields, callId: string | null, scene: Scene): boolean {
  if (callId === null) return false;
  const effect = effectOf(event);
  const tool = toolOf(toolNameIn(event), null, inputIn(event));
  return takeEffect(file.thread, { scene, tool, callId, cwd: file.cwd }, effect);
}

function toolNameIn(event: Fields): string {
  const invocation = fieldsAt(event, 'invocation') ?? event;
  const server = wordAt(invocation, 'server');
  const tool = wordAt(invocation, 'tool') ?? 'tool';
  if (server !== null) return `mcp__${server}__${tool}`;
  if (fieldsAt(event, 'changes') !== null) return 'apply_patch';
  return 'command' in event ? 'exec_command' : wordAt(event, 'new_thread_id') === null ? tool : 'spawn_agent';
}

const inputIn = (event: Fields): unknown => {
  const invocation = fieldsAt(event, 'invocation') ?? event;
  if ('command' in event) return { command: event.command };
  return (
    asFields(invocation.arguments) ?? (wordAt(event, 'prompt') === null ? {} : { message: event.prompt })
  );
};

function takeError(file: File, event: Fields, scene: Scene): boolean {
  const message = stringAt(event, 'message')?.trim();
  if (!message) return false;
  settleBefore(file);
  takeReply(file.thread, scene, message, true);
  endTurn(file.thread, false);
  return true;
}
