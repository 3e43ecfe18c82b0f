import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type SignedVerdict, signatureNamespace, signedText } from '../../core/review/signed-text.ts';
import { AppError } from '../../schema/app-error.ts';
import { Recent } from '../recent.ts';
import { git, gitOptions } from '../repository.ts';

/** A verdict with the signature that it came with (PEM, as ssh-keygen writes it). */
export interface Signed extends SignedVerdict {
  signature: string;
  /** Epoch milliseconds: keys are valid for a time. */
  at: number;
}

const mostKept = 1_000;
const known = new Recent<string, Promise<string | null>>(mostKept);

/**
 * Whose key signed a verdict: the principal that the user's allowed signers (git's `gpg.ssh.allowedSignersFile`, of the
 * user's own configuration and never a repository's) have for it. Null: nobody's there, or it is not signed as it stands.
 */
export async function signerOf(signed: Signed): Promise<string | null> {
  const file = await git(
    homedir(),
    'config',
    '--global',
    '--type=path',
    '--get',
    'gpg.ssh.allowedSignersFile',
  );
  const info = file === null || file === '' ? null : await stat(file).catch(() => null);
  if (file === null || info === null) return null;
  const key = JSON.stringify([signedText(signed), signed.signature, signed.at, file, info.mtimeMs]);
  const before = known.get(key);
  if (before !== undefined) return before;
  const asked = verify(file, signed).catch(() => null);
  known.set(key, asked);
  return asked;
}

const verify = (allowed: string, signed: Signed): Promise<string | null> =>
  withFile(signed.signature, async (file) => {
    const time = `-Overify-time=${timeText(signed.at)}`;
    const shared = ['-f', allowed, '-s', file];
    const found = await keygen(['-Y', 'find-principals', ...shared, time], '');
    const principal = found.stdout?.split('\n')[0]?.trim() ?? '';
    if (found.exitCode !== 0 || principal === '') return null;
    const about = ['-I', principal, '-n', signatureNamespace];
    const checked = await keygen(['-Y', 'verify', ...shared, ...about, time], signedText(signed));
    return checked.exitCode === 0 ? principal.slice(0, 200) : null;
  });

/**
 * Fingerprint of the key that signed a verdict, whoever's it is. Throws INVALID_ARGUMENT when what was signed is something
 * else, and FAILED_PRECONDITION where that cannot be found out.
 */
export async function keyOf(said: SignedVerdict, signature: string): Promise<string> {
  const about = ['-Y', 'check-novalidate', '-n', signatureNamespace];
  const { exitCode, stdout } = await withFile(signature, (file) =>
    keygen([...about, '-s', file], signedText(said)),
  );
  const key = /\bSHA256:[A-Za-z0-9+/]{43}\b/.exec(stdout ?? '')?.[0];
  if (exitCode === 0 && key !== undefined) return key;
  const hint = 'hivemind review show NAME, then hivemind review approve NAME --sign KEYFILE';
  throw typeof exitCode === 'number'
    ? new AppError('INVALID_ARGUMENT', 'signature: it is not over this verdict, head and nonce', { hint })
    : new AppError('FAILED_PRECONDITION', 'signature: ssh-keygen cannot be run to check it', {
        hint: 'install OpenSSH, or leave --sign out',
      });
}

async function withFile<T>(signature: string, read: (file: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'hivemind-signature-'));
  try {
    const file = join(directory, 'signature');
    await writeFile(file, signature, { mode: 0o600 });
    return await read(file);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** `exitCode` undefined: it could not be started, or took too long. */
async function keygen(args: readonly string[], input: string) {
  return execa('ssh-keygen', args, {
    ...gitOptions,
    env: { ...gitOptions.env, ...(process.env.TZ === undefined ? {} : { TZ: process.env.TZ }) },
    input,
    maxBuffer: 1 << 20,
  });
}

/** YYYYMMDDHHMMSS of the local time: ssh-keygen reads the `Z` of UTC since version 9.1 only. */
function timeText(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace(/\D/g, '');
}
