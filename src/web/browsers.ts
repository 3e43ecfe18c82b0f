import type { Actor } from '../schema/event.ts';
import { digestOf, makeSecret } from './secret.ts';

/** A browser that has asked for nothing for so long, and listens to nothing, is forgotten. */
export const idleMs = 12 * 60 * 60_000;

/** So many browsers are known at once; the one that was quiet for the longest goes for a new one. */
export const mostBrowsers = 50;

/** A browser that was let in. */
export interface Browser {
  /** What the page says with each call. It is kept where only our own origin can read it, unlike the cookie. */
  csrf: string;
  /** Whether the page has said it already: until then, each time that the browser is let in, it is told. */
  isTold: boolean;
  workspace: string | null;
  /** In whose name it acts. */
  actor: Actor;
  usedAt: number;
  /** Ends the streams that it listens to. */
  streams: Set<() => void>;
}

/** The browsers that were let in, in memory only: none outlives the daemon. Moments are epoch milliseconds. */
export interface Browsers {
  /** Returns the cookie's value, which is not kept. */
  admit(given: Pick<Browser, 'workspace' | 'actor'>, now: number): string;
  /** The cookie's new value: the old one opens nothing from then on. Null: it is not known (any more). */
  renew(token: string): string | null;
  /** The browser of this cookie, which is in use by that; null: it is not known (any more). */
  of(token: string, now: number): Browser | null;
  count(now: number): number;
  clear(): void;
}

export function createBrowsers(): Browsers {
  // In the order of their last use.
  const known = new Map<string, Browser>();

  const forget = (digest: string): void => {
    for (const end of known.get(digest)?.streams ?? []) end();
    known.delete(digest);
  };

  const sweep = (now: number): void => {
    for (const [digest, { usedAt, streams }] of known)
      if (streams.size === 0 && now - usedAt >= idleMs) forget(digest);
  };

  return {
    admit: ({ workspace, actor }, now) => {
      sweep(now);
      const [quietest] = known.keys();
      if (quietest !== undefined && known.size >= mostBrowsers) forget(quietest);
      const token = makeSecret();
      const browser = {
        csrf: makeSecret(),
        isTold: false,
        workspace,
        actor,
        usedAt: now,
        streams: new Set<() => void>(),
      };
      known.set(digestOf(token), browser);
      return token;
    },
    renew: (token) => {
      const digest = digestOf(token);
      const browser = known.get(digest);
      if (browser === undefined) return null;
      known.delete(digest);
      const next = makeSecret();
      known.set(digestOf(next), browser);
      return next;
    },
    of: (token, now) => {
      sweep(now);
      const digest = digestOf(token);
      const browser = known.get(digest);
      if (browser === undefined) return null;
      browser.usedAt = now;
      known.delete(digest);
      known.set(digest, browser);
      return browser;
    },
    count: (now) => {
      sweep(now);
      return known.size;
    },
    clear: () => {
      for (const digest of [...known.keys()]) forget(digest);
    },
  };
}
