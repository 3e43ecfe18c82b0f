import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { callOf } from '../../src/core/warnings/call.ts';
import { isShown } from '../../src/core/warnings/quota.ts';
import { sessionId } from '../../src/schema/ids.ts';
import type { OutputOf } from '../../src/schema/operation.ts';
import { installClaude, runClaude } from '../world/claude.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';
import { startModelServer } from '../world/model-server.ts';

const installed = await installClaude();
const tool = 'mcp__hivemind__show';
const inputOf = (nth: number) => ({ id: `evt_${String(nth).repeat(32)}` });

let home: Home;
let repository: string;
let model: Awaited<ReturnType<typeof startModelServer>>;

beforeEach((context) => {
  if ('reason' in installed) context.skip(installed.reason);
});
beforeAll(async () => {
  if ('reason' in installed) return;
  home = makeHome();
  repository = await home.repository('parser');
  await home.json(['workspace', 'create', 'parser'], repository);
  await home.json(['connect', 'claude-code', '--workspace', 'parser'], repository);
  const call = (nth: number) => ({ text: `try ${nth}`, tools: [{ name: tool, input: inputOf(nth) }] });
  model = await startModelServer({
    // A model takes its time between calls; what failed is learnt meanwhile.
    work: [
      call(1),
      call(2),
      { tools: [{ name: 'Bash', input: { command: 'sleep 3' } }] },
      call(3),
      { text: 'done' },
    ],
  });
}, 420_000);
afterAll(async () => {
  await model?.close();
  await home?.remove();
});

/** A session whose third call is shown a warning. */
function sessionShown(): string {
  for (;;) {
    const native = randomUUID();
    const session = sessionId('claude-code', native);
    if (isShown(session, callOf(tool, inputOf(3), { session, base: repository }).key)) return native;
  }
}

test('the real Claude Code hears of what failed before it tries again, and goes on', async () => {
  const claude = 'path' in installed ? installed.path : '';
  let heard = '';
  // A hook that the machine keeps waiting for more than its tenth of a second gives up.
  for (let times = 0; times < 3 && heard === ''; times += 1) {
    const args = [
      '-p',
      'SCRIPT:work',
      '--session-id',
      sessionShown(),
      '--permission-mode',
      'bypassPermissions',
    ];
    const done = await runClaude(claude, home, repository, model.url, args);
    expect(done, done.stderr).toMatchObject({ exitCode: 0, stdout: 'done' });
    heard =
      model.requests.find(
        (request) =>
          request.includes('hivemind-record kind=\\\\\\"warning') ||
          request.includes('hivemind-record kind=\\"warning'),
      ) ?? '';
  }
  expect(heard).toContain('failed before');
  expect(heard).toContain('of such calls fail');
  const stats = await eventually(async () => {
    const now = await home.json<OutputOf<'stats.warnings'>>(['stats', 'warnings'], repository);
    return now.shown.failed > 0 && now;
  }, 'the outcome of the call');
  expect(stats.shown.precision).toBe(1);
}, 240_000);
