import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { execa } from 'execa';
import { test } from 'vitest';
import { eventually, type Home, packageRoot } from './home.ts';

/** Why there is no terminal to test in; null when there is one. */
export const noTerminal: string | null =
  spawnSync('tmux', ['-V']).status === 0
    ? null
    : 'tmux is not installed: what needs a terminal is not tested';

/** A test that needs a terminal; where there is none it is skipped, and says so. */
export const withTerminal = (name: string, run: () => Promise<void>, timeoutMs?: number): void =>
  test(
    name,
    async (context) => {
      if (noTerminal !== null) context.skip(noTerminal);
      await run();
    },
    timeoutMs,
  );

/** A real terminal with a command of ours in it. */
export interface Terminal {
  /** What is on the screen now. */
  screen(): Promise<string>;
  /** Presses keys as tmux names them, and waits until the screen is as expected. */
  press(keys: readonly string[], expected: RegExp): Promise<string>;
  /** The same with its escape sequences. */
  coloured(): Promise<string>;
  /** What the program has put on the terminal's clipboard. */
  clipboard(): Promise<string>;
  resize(columns: number, rows: number, expected: RegExp): Promise<string>;
  shows(expected: RegExp): Promise<string>;
  close(): Promise<void>;
}

export interface TerminalOptions {
  cwd: string;
  columns?: number;
  rows?: number;
  env?: Record<string, string>;
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** Runs `hivemind ARGS` in a terminal of its own; behind it stands "ended with CODE". */
export async function openTerminal(
  home: Home,
  args: readonly string[],
  { cwd, columns = 80, rows = 24, env = {} }: TerminalOptions,
): Promise<Terminal> {
  // A server of its own, in the world's folder: the user's tmux is not touched.
  const socket = join(home.dir, `tmux-${Math.round(performance.now())}.sock`);
  const tmux = async (...words: string[]): Promise<string> => {
    const { stdout } = await execa('tmux', ['-S', socket, '-f', '/dev/null', ...words], {
      env: { ...home.env, TERM: 'xterm-256color', ...env },
      extendEnv: false,
    });
    return stdout;
  };
  const words = [process.execPath, join(packageRoot, 'bin', 'run.js'), ...args].map(quoted).join(' ');
  const command = `cd ${quoted(cwd)} && ${words}; echo "ended with $?"; exec sleep 600`;
  await tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), command);
  const screen = (): Promise<string> => tmux('capture-pane', '-p');
  const shows = async (expected: RegExp): Promise<string> => {
    let last = '';
    return eventually(async () => {
      last = await screen();
      return expected.test(last) ? last : null;
    }, `${expected} on the screen`).catch((error: unknown) => {
      throw new Error(`${String(error)}; it shows:\n${last}`);
    });
  };
  // What programs put on the clipboard, as terminals take it that allow it.
  await tmux('set-option', '-s', 'set-clipboard', 'on');
  return {
    screen,
    coloured: () => tmux('capture-pane', '-p', '-e'),
    clipboard: () => tmux('show-buffer').catch(() => ''),
    shows,
    press: async (keys, expected) => {
      await tmux('send-keys', ...keys.map((key) => (key === ';' ? '\\;' : key)));
      return shows(expected);
    },
    resize: async (width, height, expected) => {
      await tmux('resize-window', '-x', String(width), '-y', String(height));
      return shows(expected);
    },
    close: async () => {
      await tmux('kill-server').catch(() => undefined);
    },
  };
}
