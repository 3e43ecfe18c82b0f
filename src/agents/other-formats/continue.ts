import { asFields, type Fields, fieldsAt, listAt, parseFields, stringAt, wordAt } from '../fields.ts';
import { callOf, type Format, openLog, textOf } from './log.ts';

/** Continue's session: `{sessionId, title, workspaceDirectory, history: [{message, toolCallStates}]}`. */
export const continueDev: Format = ({ whole }) => {
  const id = wordAt(whole, 'sessionId');
  const history = listAt(whole, 'history');
  if (id === null || history === null || whole === null || !('workspaceDirectory' in whole)) return null;
  const { log, add, skip } = openLog('continue', id, wordAt(whole, 'workspaceDirectory'));
  add('start', { text: 'import' });
  for (const item of history) {
    const entry = asFields(item);
    const message = fieldsAt(entry, 'message');
    const role = stringAt(message, 'role');
    const text = textOf(message);
    if (role === 'user' && text !== '') add('prompt', { text });
    else if (role === 'assistant') {
      if (text !== '') add('reply', { text });
    } else if (role !== 'user' && role !== 'system' && role !== 'tool') skip(`message ${role}`);
    for (const state of listAt(entry, 'toolCallStates') ?? []) takeCall(asFields(state));
  }
  const title = wordAt(whole, 'title');
  if (title !== null) add('title', { text: title });
  return log;

  function takeCall(state: Fields | null): void {
    const asked = fieldsAt(fieldsAt(state, 'toolCall'), 'function');
    const name = wordAt(asked, 'name');
    if (state === null || name === null) return void skip('call without a name');
    const input = state.parsedArgs ?? parseFields(stringAt(asked, 'arguments') ?? '');
    const told = (listAt(state, 'output') ?? []).flatMap((part) => stringAt(asFields(part), 'content') ?? []);
    const { kind, ...call } = callOf(name, input);
    const status = stringAt(state, 'status');
    const ending = status === 'errored' ? 'failed' : status === 'canceled' ? 'rejected' : 'ok';
    const output = kind === 'edit' && ending === 'ok' ? null : told.join('\n');
    add(kind, { ...call, id: wordAt(state, 'toolCallId'), output, status: ending });
  }
};
