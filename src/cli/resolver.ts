import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { AppError } from '../schema/app-error.ts';
import type { Call, CallContext, InputOf, OutputOf } from '../schema/operation.ts';
import { parseResolutions, type Resolutions } from './resolutions.ts';

export interface ResolverRun {
  call: Call;
  input: InputOf<'merge.run'>;
  context: Partial<CallContext>;
  /** A command line for the user's shell. */
  command: string;
  timeoutMs: number;
}

type Merge = OutputOf<'merge.run'>;

/** While somebody else goes on writing to either side new conflicts may come: so often the command is asked again. */
const mostRounds = 5;

/** Merges with conflicts settled by a command of the user's own, which runs here and never in the daemon. */
export async function mergeWithResolver(run: ResolverRun): Promise<Merge> {
  const { call, input, context } = run;
  let resolutions: Resolutions = { ...input.resolutions };
  let merge = await call('merge.run', { ...input, resolutions, 'dry-run': true }, context);
  for (let round = 0; round < mostRounds && merge.conflicts.length > 0; round += 1) {
    const given = await askResolver(run, merge);
    resolutions = { ...resolutions, ...given };
    merge = await call('merge.run', { ...input, resolutions, 'dry-run': true }, context);
    // What it leaves open it leaves to people.
    if (merge.conflicts.some(({ id }) => !(id in given))) break;
  }
  return call('merge.run', { ...input, resolutions }, context);
}

async function askResolver({ command, timeoutMs }: ResolverRun, merge: Merge): Promise<Resolutions> {
  const child = spawn(command, { shell: true, stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    // With what it has started: the shell is only the first of them.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, timeoutMs);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  // A command that does not read its input is no error.
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify({ source: merge.source, into: merge.into, conflicts: merge.conflicts }));
  try {
    const [answer, code] = await Promise.all([text(child.stdout), ended]);
    if (isLate) throw failed(command, `took more than ${timeoutMs / 1000} s`);
    if (code !== 0) throw failed(command, `ended with code ${code}`);
    return parseResolutions(answer, `what ${command} answered`);
  } finally {
    clearTimeout(timer);
  }
}

const failed = (command: string, what: string): AppError =>
  new AppError('FAILED_PRECONDITION', `the resolver "${command}" ${what}; nothing was merged`, {
    hint: 'hivemind merge NAME --dry-run --json shows what it is given',
  });
