import { readFile, stat } from 'node:fs/promises';
import { AppError } from '../schema/app-error.ts';
import type { EmbedderSettings } from '../schema/embedder.ts';

/**
 * The key, read where the settings say it is, anew each time: a key that was replaced is taken without a restart. Null
 * when none is named. Throws when it is not there, or when others could read its file.
 */
export async function readKey(
  { keyEnv, keyFile }: EmbedderSettings,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  if (keyEnv !== null) return keyOfVariable(keyEnv, env);
  return keyFile === null ? null : keyOfFile(keyFile);
}

function keyOfVariable(name: string, env: Readonly<Record<string, string | undefined>>): string {
  const key = env[name]?.trim();
  if (key !== undefined && key !== '') return checked(key, `the variable ${name}`);
  throw new AppError('FAILED_PRECONDITION', `the daemon's environment has no ${name}`, {
    hint: `export ${name}=…, then start the daemon from that shell: hivemind daemon stop && hivemind daemon start`,
  });
}

async function keyOfFile(path: string): Promise<string> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('FAILED_PRECONDITION', `the key file ${path} cannot be read: ${cause.code}`, {
      hint: 'hivemind embedder set … --key-file PATH names another',
      cause,
    });
  });
  if ((found.mode & 0o077) !== 0)
    throw new AppError('FAILED_PRECONDITION', `others can read the key file ${path}`, {
      hint: `chmod 600 ${path}`,
    });
  return checked((await readFile(path, 'utf8')).trim(), path);
}

/** A header takes one line of visible characters: what is none must not come back in an error that quotes it. */
function checked(key: string, where: string): string {
  if (/^[\x21-\x7e]{1,4096}$/.test(key)) return key;
  throw new AppError('FAILED_PRECONDITION', `what is in ${where} is not a key: it has to be one word`);
}
