import { asFields, countAt, type Fields, fieldsAt, listAt, stringAt, wordAt } from '../fields.ts';
import { timeOf } from '../scene.ts';
import { toJson } from '../tool-text.ts';
import { blocksOf, callOf, type Format, openLog, textOf } from './log.ts';

/** Amp's thread: `{id: "T-…", created, messages: [{role, content: [text | tool_use | tool_result]}]}`. */
export const amp: Format = ({ whole }) => {
  const id = wordAt(whole, 'id');
  const messages = listAt(whole, 'messages');
  if (id === null || !id.startsWith('T-') || messages === null) return null;
  const trees = listAt(fieldsAt(fieldsAt(whole, 'env'), 'initial'), 'trees')?.map(asFields) ?? [];
  const directory = wordAt(trees[0] ?? null, 'uri')?.replace(/^file:\/\//, '') ?? null;
  const { log, add, skip } = openLog('amp', id, directory);
  const calls = new Map<string, Fields>();
  add('start', { text: 'import', at: countAt(whole, 'created') ?? undefined });
  for (const item of messages) {
    const message = asFields(item);
    const role = stringAt(message, 'role');
    const usage = fieldsAt(message, 'usage');
    const sent = countAt(fieldsAt(message, 'meta'), 'sentAt');
    const at = sent ?? timeOf(wordAt(usage, 'timestamp'));
    const text = textOf(message);
    if (role !== 'user' && role !== 'assistant') skip(`message ${role}`);
    if (role === 'user' && text !== '') add('prompt', { text, at });
    if (role === 'assistant' && text !== '') {
      const [input, output] = [countAt(usage, 'inputTokens'), countAt(usage, 'outputTokens')];
      const tokens = usage === null ? null : { input: input ?? 0, output: output ?? 0 };
      add('reply', { text, at, tokens, model: wordAt(usage, 'model') });
    }
    for (const call of blocksOf(message, 'tool_use')) calls.set(String(call.id), call);
    for (const result of blocksOf(message, 'tool_result')) takeResult(result, at);
  }
  const title = wordAt(whole, 'title');
  if (title !== null) add('title', { text: title });
  return log;

  function takeResult(result: Fields, at: number | undefined): void {
    const callId = wordAt(result, 'toolUseID') ?? '';
    const call = calls.get(callId);
    if (call === undefined) return void skip('result without its call');
    const run = fieldsAt(result, 'run');
    const { kind, ...asked } = callOf(wordAt(call, 'name') ?? 'tool', call.input);
    const status = stringAt(run, 'status');
    const told = run?.result ?? run?.error;
    const output = typeof told === 'string' ? told : toJson(told);
    const failed = status !== null && status !== 'done';
    const diff = wordAt(fieldsAt(run, 'result'), 'diff')?.replace(/^```diff\n|```$/g, '') ?? null;
    const exitCode = countAt(fieldsAt(run, 'result'), 'exitCode');
    const ending = failed ? { status: 'failed' as const, error: output } : {};
    add(kind, {
      ...asked,
      ...ending,
      id: callId,
      at,
      exitCode,
      output: kind === 'edit' ? null : output,
      diff,
    });
  }
};
