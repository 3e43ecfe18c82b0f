import { sealedOf } from './catalog.ts';
import type { Journal } from './journal/journal.ts';
import { RangeSet } from './ranges.ts';
import { writeSnapshot } from './snapshot.ts';
import type { Store, StoreParts } from './store.ts';

/** How long sealed journal segments are kept after their events are in sealed tables, for self-repair. */
const retentionMs = 7 * 24 * 60 * 60 * 1000;

/** A snapshot is due after so many events, or this part of all if that is more: reading them again takes well under a second. */
const snapshotEvents = 20_000;
const snapshotShare = 0.03;

/** What is done now and then, when events have been written: see `Store.settle`. */
export function createSettle(
  { generations, intake, folds, journals, isShared, snapshotPath, savedView }: StoreParts,
  own: Journal,
): Store['settle'] {
  let saved = RangeSet.of(savedView);

  /** Also what writers have left that this home had before; by the clock of the own one, for nobody writes theirs. */
  const tidy = async (sealed: RangeSet): Promise<number> => {
    // Opening begins where the snapshot ends: what comes after that has to be there, whatever the tables have.
    const folded = RangeSet.of(saved.toJSON(), generations.catalog.lost);
    const olderThan = own.clock() - retentionMs;
    let compressed = 0;
    for (const { journal, writer, isAside } of journals) {
      const upTo = Math.min(sealed.prefix(writer), folded.prefix(writer));
      if (!isAside) compressed += (await journal.tidy(upTo, olderThan)).compressed;
    }
    return compressed;
  };

  const isDue = (sealed: RangeSet): boolean => {
    const { size } = intake.view;
    // Without any, a store in a bucket that is out of reach does not open.
    if (isShared && saved.size === 0) return true;
    if (size - saved.size >= Math.max(snapshotEvents, size * snapshotShare)) return true;
    // For one event in a sealed table that the snapshot does not have, all of that table is read on opening.
    return sealed.without(saved).size > 0;
  };

  return async (always = false) => {
    const sealed = RangeSet.of(
      ...sealedOf(generations.catalog).map(({ ranges }) => ranges),
      generations.catalog.lost,
    );
    if (intake.view.size > saved.size && (always || isDue(sealed))) {
      const snapshot = { ...intake.saved(), records: folds.save() };
      await writeSnapshot(snapshotPath, folds.version, snapshot);
      saved = RangeSet.of(snapshot.view);
    }
    return (await tidy(sealed)) > 0;
  };
}
