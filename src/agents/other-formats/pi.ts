import { type Fields, fieldsAt, stringAt, wordAt } from '../fields.ts';
import { timeOf } from '../scene.ts';
import { blocksOf, callOf, type Format, openLog, textOf } from './log.ts';

const bookkeeping = new Set(['model_change', 'custom', 'branchSummary', 'compactionSummary', 'label']);

/** pi: a line `session`, then lines `message` of user, assistant (text, toolCall) and toolResult. */
export const pi: Format = ({ lines }) => {
  const first = lines[0];
  if (first === undefined || first.type !== 'session' || !('version' in first)) return null;
  const { log, add, skip } = openLog('pi', wordAt(first, 'id') ?? 'unknown', wordAt(first, 'cwd'));
  const calls = new Map<string, Fields>();
  add('start', { text: 'import', at: timeOf(wordAt(first, 'timestamp')) });
  for (const line of lines.slice(1)) {
    const type = stringAt(line, 'type') ?? 'nothing';
    if (type !== 'message') {
      if (!bookkeeping.has(type)) skip(type);
      continue;
    }
    const message = fieldsAt(line, 'message');
    const role = stringAt(message, 'role');
    const at = timeOf(wordAt(line, 'timestamp'));
    const said = { text: textOf(message), at, id: wordAt(line, 'id'), model: wordAt(message, 'model') };
    for (const call of blocksOf(message, 'toolCall')) calls.set(String(call.id), call);
    if (role === 'toolResult') takeResult(message, said.text, at);
    else if (role !== 'user' && role !== 'assistant') skip(`message ${role}`);
    else if (said.text !== '') add(role === 'user' ? 'prompt' : 'reply', said);
  }
  return log;

  function takeResult(message: Fields | null, text: string, at: number | undefined): void {
    const id = wordAt(message, 'toolCallId') ?? '';
    const { kind, ...asked } = callOf(wordAt(message, 'toolName') ?? 'tool', calls.get(id)?.arguments);
    const status = message?.isError === true ? 'failed' : 'ok';
    add(kind, { ...asked, id, at, status, output: kind === 'edit' && status === 'ok' ? null : text });
  }
};
