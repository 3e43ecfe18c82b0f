import { chmodSync, lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Finding } from '../../schema/operations/doctor.ts';
import { daemonsOf } from '../../wire/daemon-processes.ts';
import { hivemindHome, runDir, socketPath } from '../../wire/paths.ts';

/** Looked at from outside, because a daemon that is wrong cannot say so. */
export const localChecks = ['socket', 'daemons', 'daemon'];

/** Whether others may enter the socket's folder, or the socket is none; with `fix` the rights are set. */
export function checkSocket(fix: boolean): Finding[] {
  const socket = socketPath();
  const places = [
    { path: hivemindHome(), mode: 0o700 },
    { path: runDir(), mode: 0o700 },
    { path: dirname(socket), mode: 0o700 },
    { path: socket, mode: 0o600 },
  ];
  const seen = new Set<string>();
  return places.flatMap(({ path, mode }) => {
    if (seen.has(path)) return [];
    seen.add(path);
    return checkPlace(path, mode, path === socket, fix);
  });
}

function checkPlace(path: string, mode: number, isSocket: boolean, fix: boolean): Finding[] {
  const info = lstatSync(path, { throwIfNoEntry: false });
  if (info === undefined) return [];
  const found = { check: 'socket', level: 'error' as const };
  if (isSocket ? !info.isSocket() : !info.isDirectory())
    return [
      {
        ...found,
        what: `${path} is no ${isSocket ? 'socket' : 'directory'}`,
        hint: `look at it, then: rm ${path}`,
        fixed: false,
      },
    ];
  if (process.getuid !== undefined && info.uid !== process.getuid())
    return [
      {
        ...found,
        what: `${path} belongs to another user`,
        hint: 'set HIVEMIND_HOME to a directory of your own',
        fixed: false,
      },
    ];
  if ((info.mode & 0o077) === 0) return [];
  if (fix) chmodSync(path, mode);
  const rights = (info.mode & 0o777).toString(8);
  return [
    {
      ...found,
      what: `${path} can be used by others (mode ${rights})`,
      hint: `chmod ${mode.toString(8)} ${path}`,
      fixed: fix,
    },
  ];
}

/** Daemons of this home beside the one that answers (`pid`); null: none answers. With `fix` they are told to end. */
export function checkDaemons(pid: number | null, fix: boolean): Finding[] {
  const others = daemonsOf(hivemindHome()).filter((one) => one !== pid);
  if (others.length === 0) return [];
  const what =
    pid === null
      ? `a daemon runs that does not answer (process ${others.join(', ')})`
      : `${others.length === 1 ? 'another daemon runs' : 'other daemons run'} for the same home (process ${others.join(', ')})`;
  if (fix) for (const one of others) process.kill(one, 'SIGTERM');
  return [{ check: 'daemons', level: 'error', what, hint: `kill ${others.join(' ')}`, fixed: fix }];
}

/** A daemon of another version than this program. An older one is replaced by the next command that needs it. */
export function checkVersion(daemon: string, own: string): Finding[] {
  if (daemon === own) return [];
  return [
    {
      check: 'daemon',
      level: 'warning',
      what: `the daemon is ${daemon}, this program ${own}`,
      hint: 'hivemind daemon stop; the next command starts the one that fits',
      fixed: false,
    },
  ];
}
