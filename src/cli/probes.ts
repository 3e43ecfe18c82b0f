import { spawn } from 'node:child_process';
import type { OutputOf } from '../schema/operation.ts';

type Checked = OutputOf<'memory.check'>['checked'][number];

/** Characters of what a command prints that are kept: its end. */
const mostOutput = 2_000;

/**
 * Runs the commands that this machine's user has set, one after the other, in the directory that this was typed in. What they
 * are about they are told by variables: no word of memory is part of the command line.
 */
export async function runProbes(checked: readonly Checked[], timeoutMs: number): Promise<Checked[]> {
  const done: Checked[] = [];
  for (const one of checked) {
    if (one.probe === null) {
      done.push(one);
      continue;
    }
    const ran = await runProbe(one.probe, one, timeoutMs);
    done.push({ ...one, ran, verdict: verdictOf(ran.exitCode) });
  }
  return done;
}

/** null (killed, or too late) and codes that a shell has of its own say nothing. */
const verdictOf = (exitCode: number | null): Checked['verdict'] =>
  exitCode === 0 ? 'holds' : exitCode === 1 ? 'stale' : 'unknown';

async function runProbe(
  command: string,
  { kind, key }: Checked,
  timeoutMs: number,
): Promise<NonNullable<Checked['ran']>> {
  const child = spawn(command, {
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, HIVEMIND_KIND: kind, HIVEMIND_KEY: (key ?? '').replaceAll('\0', '') },
  });
  let output = '';
  const keep = (part: Buffer): void => {
    output = (output + part.toString()).slice(-mostOutput);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const timer = setTimeout(() => {
    // With what it has started: the shell is only the first of them.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, timeoutMs);
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { exitCode, output };
  } finally {
    clearTimeout(timer);
  }
}
