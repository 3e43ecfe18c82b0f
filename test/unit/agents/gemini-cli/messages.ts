import { geminiCli } from '../../../../src/agents/gemini-cli/index.ts';
import { readLines } from '../recording.ts';

export const path = '/home/dev/.gemini/tmp/ws/chats/session-1.jsonl';

export const header = {
  sessionId: 's1',
  projectHash: 'h',
  startTime: '2026-11-22T02:00:00.000Z',
  kind: 'main',
};
/** What a transcript with these records says. */
export const read = (...records: unknown[]) =>
  readLines(
    geminiCli,
    path,
    [header, ...records].map((record) => JSON.stringify(record)),
  );
export const user = (id: string, text: string, more: object = {}) => ({
  id,
  type: 'user',
  content: [{ text }],
  ...more,
});
export const said = (id: string, content: string, more: object = {}) => ({
  id,
  type: 'gemini',
  content,
  model: 'm',
  ...more,
});
export const tokens = { input: 100, output: 7, cached: 40, thoughts: 3, tool: 2, total: 112 };
export const called = (answer: object, more: object = {}) => ({
  id: 'c1',
  name: 'run_shell_command',
  args: { command: 'make' },
  status: 'success',
  result: [{ functionResponse: { id: 'c1', response: answer } }],
  ...more,
});
