import { readLines } from './recorded.ts';

let clock = 0;
export const line = (type: string, payload: object): string => {
  clock += 1000;
  return JSON.stringify({ timestamp: new Date(clock).toISOString(), type, payload });
};
export const thread = '019eecb9-cc3a-73c2-814a-dd4f8ced7545';
export const turn = '019eecc1-0ace-7ed2-bddc-9a72fd9a96dc';
export const meta = (more: object = {}): string =>
  line('session_meta', { id: thread, cwd: '/repo', ...more });
export const context = (more: object = {}): string =>
  line('turn_context', { turn_id: turn, cwd: '/repo', model: 'gpt-x', ...more });
export const item = (type: string, more: object): string => line('response_item', { type, ...more });
export const event = (type: string, more: object = {}): string => line('event_msg', { type, ...more });
export const asked = (text: string): string =>
  item('message', { role: 'user', content: [{ type: 'input_text', text }] });
export const said = (text: string): string =>
  item('message', { role: 'assistant', content: [{ type: 'output_text', text }] });
export const call = (id: string, name: string, input: object, more: object = {}): string =>
  item('function_call', { call_id: id, name, arguments: JSON.stringify(input), ...more });
export const output = (id: string, text: unknown): string =>
  item('function_call_output', { call_id: id, output: text });
export const started = (id = turn): string => event('task_started', { turn_id: id });
export const tokens = (total: number, output_tokens = 5): string =>
  event('token_count', {
    info: {
      total_token_usage: { total_tokens: total },
      last_token_usage: { input_tokens: 100, cached_input_tokens: 60, output_tokens },
    },
  });
export const read = (...lines: string[]) => readLines([meta(), ...lines]).slice(1);
