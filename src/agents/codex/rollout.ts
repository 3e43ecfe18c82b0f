import { asFields, countAt, type Fields, fieldsAt, listAt, stringAt, wordAt } from '../fields.ts';
import type { TokenCount } from './thread.ts';

/** Lines that are known and say nothing that is kept, by `type` or `type/payload type`. */
export const bookkeeping = new Set([
  'world_state',
  'response_item/reasoning',
  'response_item/ghost_snapshot',
  'response_item/compaction',
  'response_item/compaction_summary',
  'response_item/context_compaction',
  'event_msg/agent_message',
  'event_msg/agent_reasoning',
  'event_msg/agent_reasoning_raw_content',
  'event_msg/agent_reasoning_section_break',
  'event_msg/thread_settings_applied',
  'event_msg/thread_goal_updated',
  'event_msg/thread_rolled_back',
  'event_msg/context_compacted',
  'event_msg/entered_review_mode',
  'event_msg/exited_review_mode',
  'event_msg/turn_diff',
  'event_msg/plan_update',
  'event_msg/view_image_tool_call',
  'event_msg/deprecation_notice',
  'event_msg/warning',
  'event_msg/background_event',
  'event_msg/undo_completed',
  'event_msg/item_started',
  'event_msg/dynamic_tool_call_request',
  'event_msg/image_generation_end',
  'event_msg/collab_waiting_end',
  'event_msg/collab_close_end',
  'event_msg/collab_resume_end',
  'event_msg/collab_agent_interaction_end',
  'event_msg/sub_agent_activity',
  'item_completed/AgentMessage',
  'item_completed/Reasoning',
  'item_completed/ContextCompaction',
  'item_completed/HookPrompt',
  'item_completed/Plan',
  'item_completed/ImageView',
  'item_completed/EnteredReviewMode',
  'item_completed/ExitedReviewMode',
  'inter_agent_communication',
  'inter_agent_communication_metadata',
]);

/** The turn that a line says it belongs to. */
export const turnIn = (payload: Fields): string | null =>
  wordAt(payload, 'turn_id') ??
  wordAt(fieldsAt(payload, 'internal_chat_message_metadata_passthrough'), 'turn_id') ??
  wordAt(fieldsAt(payload, 'metadata'), 'turn_id');

/** Beginnings of user-role texts that Codex writes for the model. */
const injected =
  /^\s*(?:# AGENTS\.md instructions|<(?:environment_context|user_instructions|user_shell_command|turn_aborted|skill|subagent_notification|permissions instructions|collaboration_mode|apps_instructions|skills_instructions|personality_spec|model_switch|hook_prompt|INSTRUCTIONS|goal_context|recommended_plugins|plugins_instructions|realtime_conversation)[ >])/i;

export const isInjected = (text: string): boolean => injected.test(text.slice(0, 400));

/** What a person typed in a user-role message; null when all of it was written by Codex. */
export function typedWords(payload: Fields): string | null {
  const kinds = listAt(fieldsAt(payload, 'internal_chat_message_metadata_passthrough'), 'content_item_kinds');
  const parts = (listAt(payload, 'content') ?? []).flatMap((block, index) => {
    const kind = kinds?.[index];
    if (typeof kind === 'string' && !kind.startsWith('user.') && kind !== 'unknown') return [];
    const text = textOf(block);
    return text === null || isInjected(text) ? [] : [text];
  });
  const words = parts.join('\n').trim();
  return words === '' ? null : words;
}

/** Text of the blocks of a message; anything but text becomes a short name of its kind. */
export function wordsOf(content: readonly unknown[]): string {
  return content
    .flatMap((block) => textOf(block) ?? [])
    .join('\n')
    .trim();
}

function textOf(block: unknown): string | null {
  const fields = asFields(block);
  const text = stringAt(fields, 'text');
  if (text !== null) return text;
  return /image/i.test(stringAt(fields, 'type') ?? '') ? '[image]' : null;
}

/** The directory in an environment context, where old versions say it. */
export function directoryIn(text: string): string | null {
  const match =
    /<cwd>([^<\\]{1,4000})<\/cwd>/.exec(text) ?? /Current working directory: ([^\n\\"]{1,4000})/.exec(text);
  return match?.[1]?.trim() || null;
}

/** Tokens of one answer, in the words that all agents share: input is what came from no cache. */
export function tokensOf(usage: Fields | null): TokenCount | null {
  const [input, output] = [countAt(usage, 'input_tokens'), countAt(usage, 'output_tokens')];
  if (usage === null || (input === null && output === null)) return null;
  const cacheRead = countAt(usage, 'cached_input_tokens');
  const cacheWrite = countAt(usage, 'cache_write_input_tokens');
  return {
    input: Math.max(0, Math.trunc((input ?? 0) - (cacheRead ?? 0) - (cacheWrite ?? 0))),
    output: Math.trunc(output ?? 0),
    ...(cacheRead === null ? {} : { cacheRead: Math.trunc(cacheRead) }),
    ...(cacheWrite ? { cacheWrite: Math.trunc(cacheWrite) } : {}),
  };
}

const timeSorted = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/i;

/** Whether a turn is older than its thread: a fork begins with the turns of the thread that it was made from. */
export const isCopied = (turn: string | null, thread: string): boolean =>
  turn !== null &&
  timeSorted.test(turn) &&
  timeSorted.test(thread) &&
  turn.toLowerCase() < thread.toLowerCase();
