import { spawn, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program in a terminal of its own, without a native module: util-linux's `script` makes one and hands on what is written. */
export interface Pty {
  /** Milliseconds until what came after this call matches; rejects after ten seconds. */
  until(expected: RegExp): Promise<number>;
  /** Writes, and resolves with the milliseconds until what is drawn after it matches. */
  press(keys: string, expected: RegExp): Promise<number>;
  /** Resolves when nothing has been drawn for so long. */
  quiet(quietMs: number): Promise<void>;
  close(): Promise<void>;
}

export interface PtyOptions {
  env: Record<string, string>;
  cwd: string;
  rows?: number;
  columns?: number;
}

const patienceMs = 20_000;

export const hasPty = (): boolean => spawnSync('script', ['--version']).status === 0;

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** Starts a command in a terminal of 80 × 24. */
export function openPty(command: readonly string[], { env, cwd, rows = 24, columns = 80 }: PtyOptions): Pty {
  const words = `stty rows ${rows} cols ${columns}; exec ${command.map(quoted).join(' ')}`;
  const startedAt = performance.now();
  const child = spawn('script', ['-qfec', words, '/dev/null'], {
    env: { ...env, TERM: 'xterm-256color', SHELL: '/bin/sh' },
    cwd,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let drawn = '';
  let drawnAt = startedAt;
  let look: () => void = () => undefined;
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    drawn += text;
    drawnAt = performance.now();
    look();
  });
  const over = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const matched = (expected: RegExp, since: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        look = () => undefined;
        reject(new Error(`${expected} was not drawn; the last of it: ${JSON.stringify(drawn.slice(-300))}`));
      }, patienceMs);
      look = () => {
        if (!expected.test(drawn)) return;
        look = () => undefined;
        clearTimeout(timer);
        resolve(drawnAt - since);
      };
      look();
    });
  return {
    until: (expected) => matched(expected, startedAt),
    press: (keys, expected) => {
      drawn = '';
      const at = performance.now();
      child.stdin.write(keys);
      return matched(expected, at);
    },
    quiet: async (quietMs) => {
      while (performance.now() - drawnAt < quietMs) await sleep(quietMs / 4);
    },
    close: async () => {
      child.stdin.destroy();
      child.kill();
      await over;
    },
  };
}
