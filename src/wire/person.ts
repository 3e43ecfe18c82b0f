import { userInfo } from 'node:os';
import type { Actor } from '../schema/event.ts';

/** Who is at the keyboard: the operating system's user. */
export function humanActor(): Actor {
  try {
    return { kind: 'human', name: userInfo().username.slice(0, 200) || 'unknown' };
  } catch {
    // A user id without an entry in the password file (containers) has no name.
    return { kind: 'human', name: `uid-${process.getuid?.() ?? 'unknown'}` };
  }
}
