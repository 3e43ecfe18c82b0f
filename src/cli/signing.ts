import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { signatureNamespace, signedText } from '../core/review/signed-text.ts';
import { AppError } from '../schema/app-error.ts';
import type { ReviewVerdict } from '../schema/bodies/review.ts';
import type { Call, CallContext, InputOf } from '../schema/operation.ts';

type Input = InputOf<'review.approve'>;

/**
 * The input of a verdict with the signature of an SSH key over it, what the branch is now, and a number that is used once. ssh-keygen asks for a
 * passphrase on the terminal; the key never reaches the daemon.
 */
export async function signed<I extends Input>(
  verdict: ReviewVerdict,
  key: string,
  { call, input, context }: { call: Call; input: I; context: Partial<CallContext> },
): Promise<I> {
  const { name, into, workspace, cwd } = input;
  const shown = await call('review.show', { name, into, workspace, cwd }, context);
  // Where something else was looked at, the daemon says what has changed.
  const head = input.head ?? shown.head;
  const nonce = randomBytes(16).toString('hex');
  const signature = await signWith(key, signedText({ ...shown.ids, head, verdict, nonce }));
  return { ...input, head, nonce, signature };
}

async function signWith(key: string, message: string): Promise<string> {
  const child = spawn('ssh-keygen', ['-q', '-Y', 'sign', '-f', key, '-n', signatureNamespace], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(message);
  const [value, code] = await Promise.all([text(child.stdout), ended]).catch((cause) => {
    throw failed(key, 'ssh-keygen cannot be run', cause);
  });
  if (code !== 0) throw failed(key, `ssh-keygen ended with code ${code}`);
  return value;
}

const failed = (key: string, what: string, cause?: unknown): AppError =>
  new AppError('FAILED_PRECONDITION', `${key}: ${what}; nothing was said`, {
    hint: '--sign takes a private SSH key, or a public one whose private key the SSH agent has',
    cause,
  });
