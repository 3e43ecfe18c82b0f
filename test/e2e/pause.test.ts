import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { type Captured, makeCaptured } from '../world/captured.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';

let home: Home;
let repo: string;
let made: Captured;
beforeEach(async () => {
  home = makeHome();
  made = await makeCaptured(home);
  ({ repo } = made);
});
afterEach(() => home.remove());

const payload: Captured['payload'] = (more, at) => made.payload(more, at);
const bash: Captured['bash'] = (command, stdout) => made.bash(command, stdout);
const spool = (): string[] => made.spool();
const drained = (): Promise<void> => made.drained();
const inputs = (): Promise<string[]> => made.inputs();
const events: Captured['events'] = () => made.events();

describe('pause', () => {
  test('keeps everything out: hooks, spool, and what transcripts tell later; survives a restart', async () => {
    await home.hook('PostToolUse', bash('echo before'), repo);
    await drained();
    expect((await home.hivemind(['pause'], { cwd: repo })).stdout).toContain('Nothing is captured');
    await home.hook('PostToolUse', bash('echo during'), repo);
    await home.hook('SessionStart', payload({ source: 'startup' }), repo);
    expect(spool()).toEqual([]);
    await home.json(['daemon', 'stop']);
    await home.hook('PostToolUse', bash('echo daemon away'), repo);
    expect(spool()).toEqual([]);
    const status = await home.hivemind(['status'], { cwd: repo });
    expect(status.stdout).toContain('capture is paused');
    expect(status.stdout).toContain('hivemind resume');
    expect((await home.hivemind(['doctor'], { cwd: repo })).stdout).toContain('capture is paused');
    // A hook of an older version, or one that was on its way.
    await home.call('capture.hook', {
      agent: 'claude-code',
      event: 'PostToolUse',
      payload: bash('echo posted'),
    });
    const during = new Date().toISOString();
    expect((await home.json<OutputOf<'capture.resume'>>(['resume'], repo)).ended).toBe(1);
    expect(existsSync(join(home.dir, '.hivemind', 'paused'))).toBe(false);
    await home.hook('PostToolUse', bash('echo after'), repo);
    const file = join(home.dir, 'session.jsonl');
    writeFileSync(
      file,
      `${JSON.stringify({
        type: 'user',
        sessionId: 'native-1',
        uuid: '00000000-0000-4000-8000-000000000001',
        parentUuid: null,
        cwd: repo,
        timestamp: during,
        message: { role: 'user', content: 'said during the pause' },
      })}\n`,
    );
    await home.json(['import', file], repo);
    expect(await inputs()).toEqual(['{"command":"echo before"}', '{"command":"echo after"}']);
    expect(JSON.stringify(await events())).not.toContain('during');
  });

  test('ends by itself, and of one workspace leaves the others alone', async () => {
    const other = await home.repository('other');
    await home.json(['workspace', 'create', 'o'], other);
    const { until } = await home.json<OutputOf<'capture.pause'>>(['pause', '2s', '--only', 'w'], repo);
    expect(until).toBeGreaterThan(Date.now() - 1000);
    await home.hook('PostToolUse', bash('echo during'), repo);
    await home.hook(
      'PostToolUse',
      payload({ tool_name: 'Bash', tool_input: { command: 'echo other' } }, other),
      other,
    );
    await eventually(async () => Date.now() > (until ?? 0), 'the end of the pause');
    await home.hook('PostToolUse', bash('echo after'), repo);
    expect(await inputs()).toEqual(['{"command":"echo after"}']);
    expect((await home.json<OutputOf<'status.show'>>(['status'], other)).lastEvent?.type).toBe('tool.called');
    const bad = await home.hivemind(['pause', 'soon'], { cwd: repo });
    expect([bad.exitCode, bad.stderr]).toEqual([2, expect.stringContaining('hivemind pause 30min')]);
  });

  test('a hook knows by itself when the time is over', async () => {
    await home.json(['daemon', 'stop']);
    const flag = join(home.dir, '.hivemind', 'paused');
    writeFileSync(flag, `${Math.floor(Date.now() / 1000) + 60}\n`);
    await home.hook('PostToolUse', bash('echo during'), repo);
    expect(spool()).toEqual([]);
    writeFileSync(flag, `${Math.floor(Date.now() / 1000) - 1}\n`);
    await home.hook('PostToolUse', bash('echo after'), repo);
    await eventually(async () => spool().length === 1, 'a payload in the spool');
    writeFileSync(flag, 'garbage');
    await home.hook('PostToolUse', bash('echo garbage'), repo);
    expect(spool()).toHaveLength(1);
  });
});
