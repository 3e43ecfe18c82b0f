import { readLines } from './recorded.ts';

export const path = '/home/dev/.claude/projects/-home-dev-ws/s1.jsonl';
let count = 0;
export const at = (second: number): string => new Date(second * 1000).toISOString();
export const line = (type: string, more: object): string => {
  count += 1;
  return JSON.stringify({
    type,
    uuid: `u${count}`,
    sessionId: 's1',
    cwd: '/home/dev/ws',
    timestamp: at(count),
    ...more,
  });
};
export const asked = (content: unknown, more: object = {}): string =>
  line('user', { message: { role: 'user', content }, promptId: 'p1', ...more });
export const said = (content: object[], message: object = {}): string =>
  line('assistant', {
    message: { id: `m${count}`, model: 'claude-x', content, stop_reason: 'end_turn', ...message },
  });
export const use = (id: string, name = 'Bash', input: object = { command: 'ls' }): object => ({
  type: 'tool_use',
  id,
  name,
  input,
});
export const result = (id: string, content: string, more: object = {}, block: object = {}): string =>
  asked([{ type: 'tool_result', tool_use_id: id, content, ...block }], more);
export const read = (...lines: string[]) => readLines(path, lines).drafts.slice(1);
