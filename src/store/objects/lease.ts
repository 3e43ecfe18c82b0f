import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { openDocument } from './document.ts';
import type { Objects } from './objects.ts';

const LeaseState = z.object({
  /** Who has it, for people to read; null: nobody. */
  holder: z.string().nullable(),
  /** Of one `createLease`: two processes of one name are two holders. */
  nonce: z.string(),
  /** How long others must see no sign of life before they take it. */
  ttlMs: z.number().positive(),
});
type LeaseState = z.infer<typeof LeaseState>;

/**
 * One holder at a time, among processes on any number of machines. It saves work, it does not protect anything: a holder
 * that was frozen goes on for a moment as if it had it. What two holders write must be safe by itself, as commits of a
 * document are.
 *
 * No clock is compared with another's: a lease has run out when an observer has seen one version unchanged for `ttlMs`
 * of its own time.
 */
export interface Lease {
  /** Takes it, or renews it; false when somebody else has it, or may still have it. */
  tryTake(): Promise<boolean>;
  /** To be called every third of `ttlMs`; false when it is lost. */
  renew(): Promise<boolean>;
  /** Lets go of it, so that others need not wait. */
  release(): Promise<void>;
  /** Whether it was renewed in time; asks nobody. */
  isHeld(): boolean;
}

export interface LeaseOptions {
  ttlMs: number;
  /** Milliseconds that only grow. */
  elapsedMs?: () => number;
}

export function createLease(
  objects: Objects,
  name: string,
  holder: string,
  { ttlMs, elapsedMs = () => performance.now() }: LeaseOptions,
): Lease {
  const nonce = randomUUID();
  const document = openDocument(objects, `lease/${name}`, LeaseState);
  /** Until when others cannot believe it to have run out. */
  let heldUntil: number | null = null;
  /** The version of another holder that we are waiting out, and since when. */
  let watched: { version: number; since: number } | null = null;

  const commit = async (expected: number, state: LeaseState): Promise<boolean> => {
    // Counted from before the request: an observer counts from after it.
    const begun = elapsedMs();
    heldUntil = null;
    if (!(await document.commit(expected, state))) return false;
    watched = null;
    if (state.holder !== null) heldUntil = begun + ttlMs;
    await document.tidy(2);
    return true;
  };

  const hasRunOut = (version: number, limitMs: number): boolean => {
    const now = elapsedMs();
    if (watched?.version !== version) watched = { version, since: now };
    return now - watched.since >= limitMs;
  };

  const mine = { holder, nonce, ttlMs };
  const renew = async (): Promise<boolean> => {
    const found = await document.refresh();
    if (found?.value.nonce === nonce && found.value.holder !== null) return commit(found.version, mine);
    heldUntil = null;
    return false;
  };
  return {
    tryTake: async () => {
      const found = await document.read();
      if (found === null) return commit(0, mine);
      const { version, value } = found;
      const free = value.holder === null || value.nonce === nonce;
      if (free || hasRunOut(version, value.ttlMs)) return commit(version, mine);
      heldUntil = null;
      return false;
    },
    renew,
    release: async () => {
      const found = await document.read();
      if (found?.value.nonce === nonce) await commit(found.version, { ...mine, holder: null });
      heldUntil = null;
    },
    isHeld: () => heldUntil !== null && elapsedMs() < heldUntil,
  };
}
