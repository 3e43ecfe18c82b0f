import { callDraft } from '../call.ts';
import { asFields, type Fields, fieldsAt, listAt, parseFields, stringAt, wordAt } from '../fields.ts';
import type { Scene } from '../scene.ts';
import { toJson } from '../tool-text.ts';
import { type File, settleBefore } from './file.ts';
import { countUp, takeCall, takeOutput } from './thread.ts';
import { toolOf } from './tool.ts';

/** Takes an item that the model wrote or read, other than a message; null: its kind is not known. */
export function takeItem(file: File, item: Fields, kind: string, scene: Scene): boolean | null {
  switch (kind) {
    case 'function_call':
    case 'custom_tool_call':
    case 'local_shell_call':
    case 'tool_search_call':
      settleBefore(file);
      takeCall(file.thread, {
        scene,
        tool: toolOf(wordAt(item, 'name') ?? nameOf(kind), wordAt(item, 'namespace'), inputOf(item, kind)),
        callId: wordAt(item, 'call_id') ?? wordAt(item, 'id'),
        cwd: file.cwd,
      });
      return true;
    case 'function_call_output':
    case 'custom_tool_call_output':
      return takeOutput(file.thread, wordAt(item, 'call_id'), item.output, file.at);
    case 'tool_search_output':
      return takeOutput(file.thread, wordAt(item, 'call_id'), foundTools(item), file.at);
    case 'web_search_call':
      settleBefore(file);
      return takeSearch(file, item, 'item', scene);
    default:
      return null;
  }
}

const nameOf = (kind: string): string =>
  ({ local_shell_call: 'local_shell', tool_search_call: 'tool_search' })[kind] ?? 'tool';

function inputOf(item: Fields, kind: string): unknown {
  if (kind === 'local_shell_call') {
    const action = fieldsAt(item, 'action');
    return { command: action?.command, workdir: action?.working_directory };
  }
  const input = item.arguments ?? item.input ?? {};
  if (typeof input !== 'string') return input;
  if (kind === 'custom_tool_call') return wordAt(item, 'name') === 'apply_patch' ? input : { input };
  return parseFields(input) ?? { arguments: input };
}

const foundTools = (item: Fields): string =>
  (listAt(item, 'tools') ?? [])
    .slice(0, 100)
    .map((tool) => wordAt(asFields(tool), 'name') ?? '')
    .join('\n');

/**
 * A search of the web, which item and event both tell, the one without an id: known by what was asked, within its
 * turn. Whichever has told it more often leads.
 */
export function takeSearch(file: File, told: Fields, from: 'item' | 'event', scene: Scene): boolean {
  const action = fieldsAt(told, 'action');
  const query = stringAt(action, 'query') ?? stringAt(told, 'query') ?? '';
  const url = stringAt(action, 'url');
  const asked = `${scene.promptId}\n${toJson(action) || query}`;
  const seen = countUp(file.searches, `${from}\n${asked}`) + 1;
  const ordinal = file.searches.get(asked) ?? 0;
  if (seen <= ordinal) return false;
  file.searches.set(asked, ordinal + 1);
  const isPage = url !== null && query === '';
  file.queue.push(
    callDraft(scene, {
      tool: isPage ? 'WebFetch' : 'WebSearch',
      nativeTool: 'web_search',
      callId: null,
      input: isPage ? { url, ...action } : { query, ...action },
      output: null,
      error: stringAt(told, 'status') === 'failed' ? 'failed' : null,
      denied: null,
      identity: { content: `web_search\n${asked}`, ...(ordinal > 0 ? { ordinal } : {}) },
    }),
  );
  return true;
}
