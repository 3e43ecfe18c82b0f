import { Draft } from '../../src/schema/event.ts';
import { sessionId } from '../../src/schema/ids.ts';
import type { CallContext } from '../../src/schema/operation.ts';
import type { Drafts } from './drafts.ts';

export const claude = sessionId('claude-code', 'offers');
export const codex = sessionId('codex', 'takes');

/** An agent's session calls by MCP. */
export const asAgent = (name: string): Partial<CallContext> => ({
  door: 'mcp',
  actor: { kind: 'agent', name },
});
/** A person types a command. */
export const asPerson = (name = 'ann'): Partial<CallContext> => ({
  door: 'cli',
  actor: { kind: 'human', name },
});

let number = 0;

/** An event of a session, whatever it is. */
export function draft(agent: string, session: string, given: Record<string, unknown>): Drafts[number] {
  number += 1;
  return Draft.parse({
    agent,
    session,
    identity: { nativeId: `h-${number}`, phase: 'done' },
    actor: { kind: 'agent', name: agent },
    ...given,
  });
}

/** Beginning of a session. */
export const start = (agent: string, session: string, more: Record<string, unknown> = {}): Drafts[number] =>
  draft(agent, session, { type: 'session.started', body: { nativeId: session, cwd: '/repo', ...more } });

/** A shell call, and how it ended. */
export const bash = (
  agent: string,
  session: string,
  command: string,
  exitCode: number,
  output = '',
): Drafts[number] =>
  draft(agent, session, {
    type: 'tool.called',
    status: exitCode === 0 ? 'ok' : 'failed',
    text: `$ ${command}`,
    body: {
      tool: 'Bash',
      input: { command },
      output,
      exitCode,
      ...(exitCode === 0 ? {} : { error: output }),
    },
  });

export const edit = (agent: string, session: string, path: string): Drafts[number] =>
  draft(agent, session, {
    type: 'file.edited',
    paths: [path],
    text: `Edit ${path}`,
    body: { tool: 'Edit', path, change: 'updated', hunks: [] },
  });

/** What a session did: two edits, a failing and a passing test, a decision, an attempt that failed. */
export const work = (agent: string, session: string): Drafts => [
  start(agent, session),
  draft(agent, session, {
    type: 'turn.prompted',
    actor: { kind: 'human', name: 'ann' },
    text: 'move sessions to redis',
    body: { prompt: 'move sessions to redis' },
  }),
  edit(agent, session, 'src/session.ts'),
  edit(agent, session, 'src/redis.ts'),
  bash(agent, session, 'npm test 2>&1', 1, 'FAIL test/session.test.ts\nAssertionError: expected 3 to be 4'),
  bash(agent, session, 'npm run lint', 1, 'error: no-undef'),
  bash(agent, session, 'npm run lint', 0, 'ok'),
  draft(agent, session, {
    type: 'memory.decided',
    text: 'session store: redis',
    body: {
      key: 'session store',
      set: { subject: 'session store', choice: 'redis', reason: 'it is there', state: 'standing' },
    },
  }),
  draft(agent, session, {
    type: 'memory.attempted',
    status: 'failed',
    text: 'memcached failed because no persistence',
    body: { approach: 'memcached', outcome: 'failed', reason: 'no persistence' },
  }),
];
