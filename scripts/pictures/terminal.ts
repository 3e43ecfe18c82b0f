import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

export interface Screen {
  columns: number;
  rows: number;
  cwd: string;
  env: Record<string, string>;
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** What a real terminal shows of `command`, with its colours: after it has ended, or after `keys` were pressed in it. */
export async function captureTerminal(
  command: string,
  { columns, rows, cwd, env }: Screen,
  keys: readonly string[] = [],
): Promise<string> {
  const socket = join(env.HOME ?? '/', '.tmux.sock');
  const tmux = async (...words: string[]): Promise<string> => {
    const { stdout } = await execa('tmux', ['-S', socket, '-f', '/dev/null', ...words], {
      env: { ...env, TERM: 'xterm-256color', COLORTERM: 'truecolor' },
      extendEnv: false,
    });
    return stdout;
  };
  const done = join(env.HOME ?? '/', '.ended');
  const shell = `cd ${quoted(cwd)} && ${command}; touch ${quoted(done)}; exec sleep 600`;
  await tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), shell);
  try {
    if (keys.length === 0) return await settled(tmux, () => existsSync(done));
    await settled(tmux, (text) => text.trim() !== '');
    for (const key of keys) {
      await tmux('send-keys', key);
      await sleep(150);
    }
    return await settled(tmux, () => true);
  } finally {
    await tmux('kill-server').catch(() => undefined);
    rmSync(done, { force: true });
  }
}

/** The screen, once it is as wanted and has not changed for a moment. */
async function settled(
  tmux: (...words: string[]) => Promise<string>,
  isReady: (text: string) => boolean,
): Promise<string> {
  let last = '';
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const text = await tmux('capture-pane', '-p', '-e');
    if (text === last && isReady(text)) return text;
    last = text;
    await sleep(400);
  }
  throw new Error(`the terminal does not come to rest; it shows:\n${last}`);
}
