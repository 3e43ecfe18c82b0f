/**
 * A process that adds to a shared count: committer.ts LOCATION NAME WRITERS ROUNDS. LOCATION is a directory or an s3://
 * address. Each of its writers has objects of its own and deletes old versions after each commit, as hard as it can.
 * Prints how many of its commits it was told to count.
 */
import { z } from 'zod';
import { parseLocation } from '../../../../src/store/location.ts';
import { openDocument } from '../../../../src/store/objects/document.ts';
import { openObjects } from '../../../../src/store/objects/open-objects.ts';

export const Tally = z.object({ counts: z.record(z.string(), z.number()) });
export type Tally = z.infer<typeof Tally>;

export const addTo =
  (name: string) =>
  (tally: Tally | null): Tally => ({ counts: { ...tally?.counts, [name]: (tally?.counts[name] ?? 0) + 1 } });

const [, , place = '', name = '', writers = '1', rounds = '1'] = process.argv;

async function main(): Promise<void> {
  const location = place.startsWith('s3:')
    ? parseLocation(place)
    : { kind: 'local' as const, directory: place };
  let counted = 0;
  const write = async (): Promise<void> => {
    const document = openDocument(await openObjects(location), 'tally', Tally);
    for (let round = 0; round < Number(rounds); round += 1) {
      await document.update(addTo(name));
      counted += 1;
      await document.tidy(2);
    }
  };
  await Promise.all(Array.from({ length: Number(writers) }, write));
  process.stdout.write(String(counted));
}

if (import.meta.filename === process.argv[1]) await main();
