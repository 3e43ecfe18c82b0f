import { chmodSync, readdirSync, renameSync, statSync, symlinkSync } from 'node:fs';
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

const bash: Captured['bash'] = (command, stdout) => made.bash(command, stdout);
const spool = (): string[] => made.spool();
const drained = (): Promise<void> => made.drained();
const inputs = (): Promise<string[]> => made.inputs();

describe('the spool', () => {
  const away = (): Promise<unknown> => home.json(['daemon', 'stop']);
  const folder = (): string => join(home.dir, '.hivemind', 'spool');

  /** What is still being written has another name, and has not been weighed against the others. */
  const isWritten = (): boolean => spool().every((name) => name.endsWith('.hook'));

  test('keeps the oldest when it is full, and says how many it dropped', async () => {
    await away();
    home.env.HIVEMIND_SPOOL_FILES = '2';
    for (let index = 0; index < 5; index += 1) {
      await home.hook('PostToolUse', bash(`echo ${index}`), repo);
      const settled = Math.min(index + 1, 2);
      const droppedBytes = (): number =>
        statSync(join(folder(), 'dropped'), { throwIfNoEntry: false })?.size ?? 0;
      await eventually(
        async () => droppedBytes() === index + 1 - settled && spool().length === settled && isWritten(),
        'the hook',
      );
    }
    const status = await home.hivemind(['status'], { cwd: repo });
    expect(status.stdout).toContain('3 payloads of hooks were dropped');
    expect((await home.hivemind(['doctor'], { cwd: repo })).stdout).toContain('hooks dropped 3 payloads');
    expect((await home.json<OutputOf<'daemon.status'>>(['daemon', 'status'])).spoolDropped).toMatchObject({
      count: 3,
    });
    expect(await inputs()).toEqual(['{"command":"echo 0"}', '{"command":"echo 1"}']);
  });

  test('has a bound of bytes, too', async () => {
    await away();
    home.env.HIVEMIND_SPOOL_KB = '300';
    await home.hook('PostToolUse', bash('echo small'), repo);
    await eventually(async () => spool().length === 1 && isWritten(), 'a payload');
    await home.hook('PostToolUse', bash('echo large', 'x'.repeat(400_000)), repo);
    const dropped = (): number => statSync(join(folder(), 'dropped'), { throwIfNoEntry: false })?.size ?? 0;
    await eventually(
      async () => dropped() === 1 && spool().length === 1 && isWritten(),
      'a dropped payload, and no other that is missing',
    );
    for (const name of spool()) expect(statSync(join(folder(), name)).size).toBeLessThan(300 << 10);
  });

  test('is readable by its owner alone, also when somebody has opened it', async () => {
    await away();
    await home.hook('PostToolUse', bash('echo one'), repo);
    // While it is written it has another name.
    const name = await eventually(
      async () => spool().find((one) => one.endsWith('.hook')) ?? '',
      'a payload',
    );
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder(), name)).mode & 0o777).toBe(0o600);
    chmodSync(folder(), 0o755);
    await home.json(['status'], repo);
    await drained();
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
  });

  test('that is a link is not written to', async () => {
    await away();
    renameSync(folder(), join(home.dir, 'elsewhere'));
    symlinkSync(join(home.dir, 'elsewhere'), folder());
    const done = await home.hook('PostToolUse', bash('echo linked'), repo);
    expect([done.exitCode, done.stdout, done.stderr]).toEqual([0, '', '']);
    expect(readdirSync(join(home.dir, 'elsewhere'))).toEqual([]);
  });
});
