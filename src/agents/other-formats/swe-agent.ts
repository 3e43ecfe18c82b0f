import { asFields, countAt, fieldsAt, listAt, stringAt, wordAt } from '../fields.ts';
import { type Format, openLog, textOf } from './log.ts';

/** SWE-agent's `.traj`: `{trajectory: [{action, observation, response | thought, state}], history, info}`. */
export const sweAgent: Format = ({ name, whole }) => {
  const steps = listAt(whole, 'trajectory');
  const history = listAt(whole, 'history');
  if (whole === null || (steps === null && history === null)) return null;
  const { log, add, skip } = openLog('swe-agent', name, null);
  const messages = (history ?? []).map(asFields);
  const isDemo = (message: (typeof messages)[number]): boolean => message?.is_demo === true;
  const task = messages.find((message) => message?.role === 'user' && !isDemo(message));
  add('start', { text: 'import', cwd: wordAt(whole, 'environment') });
  if (task !== undefined) add('prompt', { text: textOf(task) });
  for (const item of steps ?? []) {
    const step = asFields(item);
    const action = stringAt(step, 'action')?.trim();
    if (action === undefined) {
      skip('step without an action');
      continue;
    }
    const thought = (wordAt(step, 'thought') ?? wordAt(step, 'response') ?? '').trim();
    if (thought !== '') add('reply', { text: thought });
    if (action === '') continue;
    const seconds = countAt(step, 'execution_time');
    const durationMs = seconds === null ? null : Math.round(seconds * 1000);
    const output = stringAt(step, 'observation') ?? '';
    const error = /^(Traceback \(most recent|.*: command not found|Your proposed edit has introduced)/m.test(
      output,
    );
    add('tool', { tool: 'Bash', command: action, output, durationMs, status: error ? 'failed' : 'ok' });
  }
  if (steps === null) for (const message of messages.slice(1)) takeMessage(message);
  const ending = wordAt(fieldsAt(whole, 'info'), 'exit_status');
  if (ending !== null) add('end', { text: ending });
  return log;

  /** Demonstrations hold nothing but the conversation. */
  function takeMessage(message: (typeof messages)[number]): void {
    const text = message === task ? '' : textOf(message);
    if (text === '') return;
    if (message?.role === 'assistant') add('reply', { text });
    else if (message?.role === 'user') add('prompt', { text });
    else if (message?.role === 'tool') add('tool', { tool: 'Bash', output: text, status: 'ok' });
    else skip(`message ${String(message?.role)}`);
  }
};
