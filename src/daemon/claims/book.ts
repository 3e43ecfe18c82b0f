import { z } from 'zod';
import { sharedPaths } from '../../core/claims/overlap.ts';
import { AppError } from '../../schema/app-error.ts';
import { openDocument } from '../../store/objects/document.ts';
import type { Objects } from '../../store/objects/objects.ts';
import { placeTime } from '../../store/objects/place-clock.ts';

const Entry = z.object({
  id: z.string(),
  /** Root session of the holder: what one has is no other's, whichever claim it is. */
  session: z.string(),
  holder: z.string(),
  writer: z.string(),
  branch: z.string(),
  why: z.string(),
  paths: z.array(z.string()),
  item: z.string().nullable(),
  handoff: z.string().nullable(),
  /** Event by which it was taken, and when, by the holder's clock: for people to read. */
  event: z.string(),
  takenAt: z.number(),
  /** Epoch milliseconds by the clock of the bucket: up to then nobody else can have it. */
  until: z.number(),
});
export type BookEntry = z.infer<typeof Entry>;

const Book = z.object({ entries: z.array(Entry) });

/** A claim that wants to be confirmed, for so long from now on. */
export type Wanted = Omit<BookEntry, 'until'> & { ttlMs: number };

export type Confirmation =
  | { other: null }
  /** Who has it. `isKept`: the claim itself is confirmed as it was before, and only what was to be added is not free. */
  | { other: BookEntry; leftMs: number; isKept: boolean };

/**
 * The claims of a workspace that are confirmed, in one document on its bucket that is changed by conditional puts: what two
 * machines want at the same moment one of them gets.
 *
 * Only the bucket's clock is asked for the time, by everybody: a claim ends in here `marginMs` after it has ended for its
 * holder, who counts from before the question. So no two clocks are compared, and a machine whose own is wrong, or that
 * slept, takes nobody's claim. A bucket tells whole seconds; the margin is more than that.
 */
export interface ClaimBook {
  /** Takes or renews it. Throws what documents throw; then it may have been done, and asking again is the same. */
  confirm(wanted: Wanted): Promise<Confirmation>;
  /** Strikes claims out. */
  remove(ids: readonly string[]): Promise<void>;
}

const marginMs = 2_000;
/** The document is read and written as a whole. */
const mostEntries = 1_000;
const mostBytes = 1 << 20;

export function openClaimBook(
  objects: Objects,
  placeNow: () => Promise<number> = () => placeTime(objects),
): ClaimBook {
  const document = openDocument(objects, 'claims', Book);

  const confirm: ClaimBook['confirm'] = async ({ ttlMs, ...wanted }) => {
    const nowMs = await placeNow();
    let answer: Confirmation = { other: null };
    await document.update((value) => {
      const standing = (value?.entries ?? []).filter(({ until }) => until > nowMs);
      const other = standing.find((entry) => isExclusive(entry, wanted));
      const isKept = standing.some(({ id }) => id === wanted.id);
      answer = other === undefined ? { other: null } : { other, leftMs: other.until - nowMs, isKept };
      if (other !== undefined) return null;
      const entries = standing.filter(({ id }) => id !== wanted.id);
      return checked({ entries: [...entries, { ...wanted, until: nowMs + ttlMs + marginMs }] });
    });
    await document.tidy(2);
    return answer;
  };

  const remove: ClaimBook['remove'] = async (ids) => {
    await document.update((value) => {
      const entries = (value?.entries ?? []).filter(({ id }) => !ids.includes(id));
      return entries.length === (value?.entries ?? []).length ? null : { entries };
    });
    await document.tidy(2);
  };

  return { confirm, remove };
}

/** Whether both cannot be confirmed at one time. */
function isExclusive(entry: BookEntry, wanted: Omit<BookEntry, 'until'>): boolean {
  if (entry.id === wanted.id || entry.session === wanted.session) return false;
  if (wanted.item !== null) return entry.item === wanted.item;
  if (wanted.handoff !== null) return entry.handoff === wanted.handoff;
  return sharedPaths(wanted.paths, entry.paths).length > 0;
}

function checked(book: z.infer<typeof Book>): z.infer<typeof Book> {
  if (book.entries.length <= mostEntries && JSON.stringify(book).length <= mostBytes) return book;
  throw new AppError('RESOURCE_EXHAUSTED', 'so many claims hold that no other can be confirmed', {
    hint: 'hivemind claims list, then release some: hivemind claims release',
  });
}
