import { type Fields, fieldsAt, stringAt, wordAt } from '../fields.ts';
import { timeOf } from '../scene.ts';
import { blocksText } from '../tool-text.ts';
import { blocksOf, callOf, type Format, openLog, textOf } from './log.ts';

/** Factory's droid: lines `session_start`, `message` with Anthropic's content blocks, `todo_state`. */
export const droid: Format = ({ lines }) => {
  const first = lines[0];
  if (first === undefined || first.type !== 'session_start') return null;
  const { log, add, skip } = openLog('droid', wordAt(first, 'id') ?? 'unknown', wordAt(first, 'cwd'));
  const calls = new Map<string, Fields>();
  add('start', { text: 'import' });
  const title = wordAt(first, 'title');
  if (title !== null) add('title', { text: title });
  for (const line of lines.slice(1)) {
    const type = stringAt(line, 'type') ?? 'nothing';
    if (type === 'todo_state') continue;
    if (type !== 'message') {
      skip(type);
      continue;
    }
    const message = fieldsAt(line, 'message');
    const at = timeOf(wordAt(line, 'timestamp'));
    const text = textOf(message);
    if (text !== '') add(message?.role === 'user' ? 'prompt' : 'reply', { text, at, id: wordAt(line, 'id') });
    for (const call of blocksOf(message, 'tool_use')) calls.set(String(call.id), call);
    for (const result of blocksOf(message, 'tool_result')) {
      const id = wordAt(result, 'tool_use_id') ?? '';
      const call = calls.get(id);
      const name = wordAt(call ?? null, 'name');
      if (call === undefined || name === null) {
        skip('result without its call');
        continue;
      }
      const { kind, ...asked } = callOf(name, call.input);
      const content = result.content;
      const output = Array.isArray(content) ? blocksText(content) : stringAt(result, 'content');
      const status = result.is_error === true ? 'failed' : 'ok';
      add(kind, { ...asked, id, at, status, output: kind === 'edit' && status === 'ok' ? null : output });
    }
  }
  return log;
};
