import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { AppError } from '../../schema/app-error.ts';
import type { Place } from '../agent.ts';
import { asFields, fieldsAt, parseFields, stringAt } from '../fields.ts';

/** Asks Codex's app-server one thing. Throws AppError when it refuses. */
export type Ask = (method: string, params: object) => Promise<unknown>;

/** How long a whole talk may take: the first start of a fresh Codex is the slowest. */
const talkTimeoutMs = 30_000;

/** Longest answer that is read, in characters; more is not what was asked for. */
const answerLimit = 8 * 1024 * 1024;

const byHand = 'start codex, type /hooks and trust them there';

/**
 * Starts `codex app-server` (its makers call it experimental) in `directory`, lets `talk` ask it, and ends it. Throws
 * AppError FAILED_PRECONDITION when there is no codex on the PATH or it answers otherwise than expected,
 * DEADLINE_EXCEEDED when it does not answer in time.
 */
export async function withAppServer<T>(
  place: Place,
  directory: string,
  talk: (ask: Ask) => Promise<T>,
): Promise<T> {
  const child = start(place, directory);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = `codex app-server did not answer within ${talkTimeoutMs / 1000} s`;
      reject(new AppError('DEADLINE_EXCEEDED', message, { hint: byHand }));
    }, talkTimeoutMs);
  });
  try {
    return await Promise.race([introduced(child, talk), late]);
  } finally {
    clearTimeout(timer);
    end(child);
  }
}

function start({ userHome, environment }: Place, directory: string): ChildProcess {
  const { PATH = process.env.PATH, CODEX_HOME } = environment;
  const env = { HOME: userHome, ...(PATH ? { PATH } : {}), ...(CODEX_HOME ? { CODEX_HOME } : {}) };
  // In a group of its own: what npm installs is a script that starts the program.
  return spawn('codex', ['app-server'], {
    cwd: directory,
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
}

function end(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

async function introduced<T>(child: ChildProcess, talk: (ask: Ask) => Promise<T>): Promise<T> {
  const { ask, tell, failed } = lineOf(child);
  const conversation = async (): Promise<T> => {
    await ask('initialize', { clientInfo: { name: 'hivemind', title: 'Hivemind', version: '1' } });
    tell({ method: 'initialized' });
    return talk(ask);
  };
  return Promise.race([conversation(), failed]);
}

/** Newline-delimited JSON-RPC over the child's standard streams. */
function lineOf(child: ChildProcess): { ask: Ask; tell: (message: object) => void; failed: Promise<never> } {
  const waiting = new Map<
    number,
    { resolve: (result: unknown) => void; reject: (error: AppError) => void }
  >();
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  child.on('error', (error) => fail(notStarted(error)));
  child.on('exit', () => fail(unexpected('ended')));
  child.stdin?.on('error', () => fail(unexpected('ended')));
  let readLetters = 0;
  const read = (text: string): void => {
    readLetters += text.length;
    if (readLetters > answerLimit) {
      fail(unexpected('said too much'));
      return;
    }
    const message = parseFields(text);
    const id = message?.id;
    const asked = typeof id === 'number' ? waiting.get(id) : undefined;
    if (message === null || typeof id !== 'number' || asked === undefined) return;
    waiting.delete(id);
    const error = fieldsAt(message, 'error');
    if (error === null) asked.resolve(message.result);
    else asked.reject(unexpected(`refused: ${(stringAt(error, 'message') ?? '').slice(0, 300)}`));
  };
  if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', read);
  const tell = (message: object): void => {
    child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  };
  let asked = 0;
  const ask: Ask = (method, params) => {
    asked += 1;
    const id = asked;
    const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    tell({ id, method, params });
    return answer;
  };
  return { ask, tell, failed };
}

function notStarted(error: Error): AppError {
  const isAbsent = 'code' in error && error.code === 'ENOENT';
  const message = isAbsent ? 'there is no codex on the PATH' : `codex could not be started: ${error.message}`;
  const hint = isAbsent ? 'npm install -g @openai/codex, then run the command again' : byHand;
  return new AppError('FAILED_PRECONDITION', message, { hint });
}

/** Codex did not do what versions that this was checked against do. */
export const unexpected = (what: string): AppError =>
  new AppError('FAILED_PRECONDITION', `codex app-server ${what}`, { hint: byHand });

/** The hooks in an answer to hooks/list. */
export function hooksIn(answer: unknown): Record<string, unknown>[] {
  const data = asFields(answer)?.data;
  if (!Array.isArray(data)) throw unexpected('lists no hooks');
  return data
    .flatMap((entry) => asFields(entry)?.hooks ?? [])
    .map(asFields)
    .filter((hook) => hook !== null);
}
