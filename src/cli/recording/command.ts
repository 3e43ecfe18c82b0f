import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { createTail, type Tail } from './tail.ts';

/** How a command ended; `code` is what a shell would say: 128 and the signal's number where one ended it. */
export interface Ended {
  code: number;
  signal: NodeJS.Signals | null;
  durationMs: number;
  /** What it printed, its middle left out where it is long. */
  output: string;
}

/** Signals that are handed on; the terminal sends the first to the command as well. */
const handedOn = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Runs a command as the shell would: its input, output and exit code are its own. */
export async function runCommand(words: readonly string[]): Promise<Ended> {
  const startedAt = performance.now();
  const tail = createTail();
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  // Without a listener, from before it runs, a signal would end us before the command, and its exit code would be lost.
  for (const signal of handedOn) process.on(signal, forward);
  const child = spawn(words[0] ?? '', words.slice(1), { stdio: ['inherit', 'pipe', 'pipe'] });
  try {
    const [ended] = await Promise.all([endOf(child), ...passOn(child, tail)]);
    return { ...ended, durationMs: Math.round(performance.now() - startedAt), output: tail.text() };
  } finally {
    for (const signal of handedOn) process.off(signal, forward);
  }
}

function endOf(child: ChildProcess): Promise<Pick<Ended, 'code' | 'signal'>> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      process.stderr.write(`hivemind record run: ${error.message}\n`);
      // As shells say it: found but not to be run, or not found.
      resolve({ code: error.code === 'EACCES' ? 126 : 127, signal: null });
    });
    child.once('close', (code, signal) =>
      resolve({ code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), signal }),
    );
  });
}

const passOn = (child: ChildProcess, tail: Tail): Promise<void>[] =>
  [[child.stdout, process.stdout] as const, [child.stderr, process.stderr] as const].map(
    async ([from, to]) => {
      if (from === null) return;
      for await (const chunk of from as AsyncIterable<Buffer>) {
        tail.add(chunk);
        // Whoever reads it may be gone; the command is not to be hurt by that more than it would be without us.
        if (to.writable && !to.write(chunk)) await new Promise((resolve) => to.once('drain', resolve));
      }
    },
  );
