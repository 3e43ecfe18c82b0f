import type { Actor } from '../schema/event.ts';
import { digestOf, makeSecret } from './secret.ts';

/** So long a code opens the page: as long as it takes a browser to start on a busy machine. */
export const codeMs = 2 * 60_000;

/** So many codes may be outstanding; the oldest goes for a new one. */
export const mostCodes = 20;

/** What a code opens. */
export interface Entrance {
  /** Address below the page's origin. */
  path: string;
  /** The workspace that the page is opened for; null: none. */
  workspace: string | null;
  /** In whose name the page acts: a page that an agent opens is not a person's. */
  actor: Actor;
}

/** Codes that open the page, each of them once. Moments are epoch milliseconds. */
export interface Codes {
  make(entrance: Entrance, now: number): { code: string; expiresAt: number };
  /** What the code opens; null when there is no such code (any more). It is none from then on. */
  take(code: string, now: number): Entrance | null;
  clear(): void;
}

export function createCodes(): Codes {
  const outstanding = new Map<string, { entrance: Entrance; expiresAt: number }>();

  const sweep = (now: number): void => {
    for (const [digest, { expiresAt }] of outstanding) if (expiresAt <= now) outstanding.delete(digest);
  };

  return {
    make: (entrance, now) => {
      sweep(now);
      const [oldest] = outstanding.keys();
      if (oldest !== undefined && outstanding.size >= mostCodes) outstanding.delete(oldest);
      const code = makeSecret();
      const expiresAt = now + codeMs;
      outstanding.set(digestOf(code), { entrance, expiresAt });
      return { code, expiresAt };
    },
    take: (code, now) => {
      sweep(now);
      const digest = digestOf(code);
      const found = outstanding.get(digest);
      outstanding.delete(digest);
      return found?.entrance ?? null;
    },
    clear: () => outstanding.clear(),
  };
}
