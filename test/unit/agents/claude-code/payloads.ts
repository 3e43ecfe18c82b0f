import { expect } from 'vitest';
import { translate } from '../../../../src/agents/claude-code/payload.ts';
import { Draft } from '../../../../src/schema/event.ts';

export const base = { session_id: 's1', prompt_id: 'p1', cwd: '/home/dev/ws' };
export const tell = (event: string, more: object) =>
  translate({ event, payload: JSON.stringify({ ...base, hook_event_name: event, ...more }), at: 1000 });
export const only = (event: string, more: object) => {
  const { drafts } = tell(event, more);
  expect(drafts).toHaveLength(1);
  return Draft.parse(drafts[0]);
};
export const bash = {
  tool_name: 'Bash',
  tool_use_id: 't1',
  tool_input: { command: 'npm test', description: 'Run the tests' },
};
