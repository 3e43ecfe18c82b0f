import { createHash } from 'node:crypto';

/** A call is warned of from this chance of failing on. */
export const warnFrom = 0.6;
/** One warning in so many calls of a session, at the most. */
const callsBetween = 20;
const mostSessions = 1_000;
const mostKeys = 500;

interface Spent {
  calls: number;
  /** Number of the call at which the last warning fired. */
  last: number | null;
  keys: Set<string>;
}

/** Sees to it that a session hears of a call once, and seldom of any. */
export class Quota {
  #sessions = new Map<string, Spent>();

  /** Counts a call of the session; true when a warning may fire for it, which is then spent. */
  take(session: string, key: string, posterior: number | null): boolean {
    const spent = this.#sessions.get(session) ?? { calls: 0, last: null, keys: new Set<string>() };
    this.#sessions.delete(session);
    this.#sessions.set(session, spent);
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= mostSessions) break;
      this.#sessions.delete(oldest);
    }
    spent.calls += 1;
    if (posterior === null || posterior < warnFrom || spent.keys.has(key)) return false;
    if (spent.last !== null && spent.calls - spent.last < callsBetween) return false;
    if (spent.keys.size >= mostKeys) return false;
    spent.last = spent.calls;
    spent.keys.add(key);
    return true;
  }
}

/** Half of the warnings are logged and not shown, so that it can be measured what showing them changes; the same half everywhere. */
export const isShown = (session: string, key: string): boolean =>
  (createHash('sha256').update(`${session} ${key}`).digest()[0] ?? 0) % 2 === 0;
