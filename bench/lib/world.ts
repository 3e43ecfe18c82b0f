import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mustRun } from './measure.ts';

export const packageRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const program = join(packageRoot, 'bin', 'run.js');
export const shim = join(packageRoot, 'bin', 'hook.sh');

export interface BenchWorld {
  dir: string;
  repository: string;
  socket: string;
  env: Record<string, string>;
  emptyScript: string;
  hivemind(...args: string[]): string;
  remove(): void;
}

/** A throw-away HOME with a repository, a workspace bound to it and the shipped example session in it. */
export function makeWorld(): BenchWorld {
  const dir = mkdtempSync(join(tmpdir(), 'hmb-'));
  const repository = join(dir, 'repo');
  mkdirSync(repository);
  const env = {
    HOME: dir,
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    LANG: 'C.UTF-8',
  };
  const git = (...args: string[]): string =>
    mustRun('git', ['-c', 'user.name=b', '-c', 'user.email=b@example.test', ...args], {
      env,
      cwd: repository,
    });
  git('init', '-q');
  writeFileSync(join(repository, 'README.md'), '# bench\n');
  git('add', '.');
  git('commit', '-q', '-m', 'begin');
  const emptyScript = join(dir, 'empty.mjs');
  writeFileSync(emptyScript, '');
  const hivemind = (...args: string[]): string =>
    mustRun(process.execPath, [program, ...args], { env, cwd: repository });
  hivemind('workspace', 'create', 'bench');
  hivemind('import', join(packageRoot, 'examples', 'sessions'));
  return {
    dir,
    repository,
    socket: join(dir, '.hivemind', 'run', 'daemon.sock'),
    env,
    emptyScript,
    hivemind,
    remove: () => {
      try {
        hivemind('daemon', 'stop');
      } catch {
        // It may be stopped already.
      }
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
