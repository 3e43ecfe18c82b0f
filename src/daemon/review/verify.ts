import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type SignedVerdict, signatureNamespace, signedText } from '../../core/review/signed-text.ts';
import { Recent } from '../recent.ts';
import { git, gitOptions } from '../repository.ts';

/** A verdict with the signature that it came with (PEM, as ssh-keygen writes it). */
export interface Signed extends SignedVerdict {
  event: string;
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
  const key = JSON.stringify([signed.event, signedText(signed), signed.signature, file, info.mtimeMs]);
  const before = known.get(key);
  if (before !== undefined) return before;
  const asked = verify(file, signed).catch(() => null);
  known.set(key, asked);
  return asked;
}

async function verify(allowed: string, signed: Signed): Promise<string | null> {
  const directory = await mkdtemp(join(tmpdir(), 'hivemind-signature-'));
  try {
    const signature = join(directory, 'signature');
    await writeFile(signature, signed.signature, { mode: 0o600 });
    const time = `-Overify-time=${timeText(signed.at)}`;
    const shared = ['-f', allowed, '-s', signature];
    const found = await keygen(['-Y', 'find-principals', ...shared, time], '');
    const principal = found?.split('\n')[0]?.trim() ?? '';
    if (principal === '') return null;
    const about = ['-I', principal, '-n', signatureNamespace];
    const checked = await keygen(['-Y', 'verify', ...shared, ...about, time], signedText(signed));
    return checked === null ? null : principal.slice(0, 200);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function keygen(args: readonly string[], input: string): Promise<string | null> {
  const result = await execa('ssh-keygen', args, {
    ...gitOptions,
    env: { ...gitOptions.env, ...(process.env.TZ === undefined ? {} : { TZ: process.env.TZ }) },
    input,
    maxBuffer: 1 << 20,
  });
  return result.exitCode === 0 ? result.stdout : null;
}

/** YYYYMMDDHHMMSS of the local time: ssh-keygen reads the `Z` of UTC since version 9.1 only. */
function timeText(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace(/\D/g, '');
}
