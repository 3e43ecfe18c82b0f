import { readFileSync, realpathSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Where everything of this user is: $HIVEMIND_HOME, else ~/.hivemind, without symbolic links: when one is taken away or
 * turned elsewhere, a daemon goes on in the home that it has opened.
 */
export const hivemindHome = (): string =>
  process.env.HIVEMIND_HOME ? canonical(resolve(process.env.HIVEMIND_HOME)) : defaultHome();

/** The home where $HIVEMIND_HOME says nothing. */
export const defaultHome = (): string => canonical(join(homedir(), '.hivemind'));

/** The path without symbolic links, as far as it exists. */
function canonical(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(canonical(parent), basename(path));
  }
}

export const runDir = (home = hivemindHome()): string => join(home, 'run');
export const spoolDir = (home = hivemindHome()): string => join(home, 'spool');
export const dataDir = (home = hivemindHome()): string => join(home, 'data');
export const logPath = (home = hivemindHome()): string => join(home, 'logs', 'daemon.log');

/** Longest path that a Unix socket takes: 108 bytes on Linux, 104 on macOS, with the closing NUL. */
const socketPathLimit = 103;

/** The daemon's socket. A home too deep for a socket gets one in a short private directory; `run/socket-path` tells the hook shim. */
export function socketPath(home = hivemindHome()): string {
  const plain = join(runDir(home), 'daemon.sock');
  if (Buffer.byteLength(plain) <= socketPathLimit) return plain;
  // Loaded only here: every command pays for what this module imports.
  const { hash: digest } = process.getBuiltinModule('node:crypto');
  const hash = digest('sha256', home).slice(0, 12);
  return join(process.env.XDG_RUNTIME_DIR || tmpdir(), `hivemind-${userInfo().uid}-${hash}`, 'daemon.sock');
}

/** Folder of the installed package (or the checkout). */
export const packageDir = (): string => dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const version = (): string =>
  (JSON.parse(readFileSync(join(packageDir(), 'package.json'), 'utf8')) as { version: string }).version;

/** Header in which each side says its version. */
export const versionHeader = 'x-hivemind-version';
