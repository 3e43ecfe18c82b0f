import { type ChildProcess, spawn } from 'node:child_process';
import type { Event } from '../../schema/event.ts';
import type { NotifyHook } from '../../schema/notify.ts';
import type { NotifyRun } from '../../schema/operations/notify.ts';

/** How long a command may take; then it is asked to end, and then made to. */
export const runTimeoutMs = 30_000;
const graceMs = 2_000;

export interface RunParts {
  home: string;
  timeoutMs?: number;
  now: () => number;
  /** Ends what runs. */
  signal: AbortSignal;
}

/**
 * Runs a hook's command for an event, without a shell: the event is JSON on its standard input, its ids are in its
 * environment, and no text of it is in either the words of the command or the environment. Never throws.
 */
export async function runHook(hook: NotifyHook, event: Event, parts: RunParts): Promise<NotifyRun> {
  const at = parts.now();
  const startedAt = performance.now();
  const ended = await endOf(hook, event, parts);
  return { at, durationMs: Math.round(performance.now() - startedAt), ...ended };
}

type End = Pick<NotifyRun, 'exitCode' | 'trouble'>;

function endOf(
  hook: NotifyHook,
  event: Event,
  { home, signal, timeoutMs = runTimeoutMs }: RunParts,
): Promise<End> {
  const [program = '', ...words] = hook.command;
  return new Promise((resolve) => {
    let child: ChildProcess;
    try {
      child = spawn(program, words, {
        cwd: hook.cwd,
        env: environmentOf(hook, event, home),
        stdio: ['pipe', 'ignore', 'ignore'],
        // A group of its own, so that what it started ends with it.
        detached: true,
      });
    } catch {
      resolve({ exitCode: null, trouble: 'could not be started' });
      return;
    }
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      stop(child);
    }, timeoutMs);
    const onAbort = (): void => stop(child);
    signal.addEventListener('abort', onAbort, { once: true });
    const done = (end: End): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(end);
    };
    child.once('error', (error: NodeJS.ErrnoException) =>
      done({
        exitCode: null,
        trouble: error.code === 'ENOENT' ? 'not found' : `not started (${error.code})`,
      }),
    );
    child.once('exit', (code, by) => {
      if (isLate) done({ exitCode: code, trouble: `not done within ${timeoutMs / 1000} s` });
      else if (by !== null) done({ exitCode: null, trouble: `ended by ${by}` });
      else done({ exitCode: code, trouble: code === 0 ? null : `exit ${code}` });
    });
    // Whoever does not read what it is told ends early, and that is its own affair.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(`${JSON.stringify(event)}\n`);
  });
}

function stop({ pid }: ChildProcess): void {
  const send = (signal: NodeJS.Signals): void => {
    try {
      if (pid !== undefined) process.kill(-pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  };
  send('SIGTERM');
  setTimeout(() => send('SIGKILL'), graceMs).unref();
}

/** Ids and words of ours only: text of an event could mean something to whoever reads a variable. */
const environmentOf = (hook: NotifyHook, event: Event, home: string): NodeJS.ProcessEnv => ({
  ...hook.environment,
  HIVEMIND_HOME: home,
  HIVEMIND_HOOK: hook.name,
  HIVEMIND_WORKSPACE: event.workspace,
  HIVEMIND_BRANCH: event.branch,
  HIVEMIND_EVENT_ID: event.id,
  HIVEMIND_EVENT_TYPE: event.type,
  HIVEMIND_EVENT_STATUS: event.status,
  HIVEMIND_EVENT_SESSION: event.session,
  HIVEMIND_EVENT_AT: String(event.at),
});
