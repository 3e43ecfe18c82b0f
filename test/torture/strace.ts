import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isInstalled, messageOf } from './tools.ts';

/** Lets `during` happen while strace tampers with system calls of the process `pid`; an injection is what `-e inject=` takes. */
export async function withStrace(
  pid: number,
  injections: readonly string[],
  during: () => Promise<unknown>,
): Promise<void> {
  const args = injections.flatMap((text) => ['-e', `trace=${text.split(':')[0]}`, '-e', `inject=${text}`]);
  const strace = spawn('strace', ['-f', '-qq', '-o', '/dev/null', ...args, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said = collect(strace);
  try {
    for (let waited = 0; tracerOf(pid) !== strace.pid; waited += 10) {
      if (strace.exitCode !== null || waited > 10_000) throw new Error(`strace: ${said()}`);
      await sleep(10);
    }
    await during();
  } finally {
    strace.kill('SIGTERM');
    for (let waited = 0; tracerOf(pid) !== 0 && waited < 10_000; waited += 10) await sleep(10);
  }
}

function collect(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return () => text;
}

function tracerOf(pid: number): number {
  try {
    return Number(/TracerPid:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Tampering may be missing, or forbidden in a container: so it is tried. */
export async function whyNoStrace(): Promise<string | null> {
  if (!isInstalled('strace')) return 'strace is not installed';
  const sleeper = spawn('sleep', ['30'], { stdio: 'ignore' });
  try {
    await withStrace(sleeper.pid ?? -1, ['fdatasync:error=EIO'], async () => undefined);
    return null;
  } catch (error) {
    return `strace cannot attach here: ${messageOf(error).split('\n')[0]}`;
  } finally {
    sleeper.kill('SIGKILL');
  }
}
