import { eventsAt, type Steps } from '../../core/replay/steps.ts';
import type { Event } from '../../schema/event.ts';
import type { Filter } from '../../store/filter.ts';
import { bytesOf } from '../../store/fresh.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

/** So many are read together at the most: each of them may be of 4 MB, however small those before it were. */
const mostTogether = 64;
const pageBytes = 16 << 20;

/** The events of some steps, in their order: as many as take about 16 MB, and one at least. */
export async function readPage(
  open: OpenWorkspace,
  spans: Filter['spans'],
  steps: Steps,
  numbers: readonly number[],
): Promise<Event[]> {
  const events: Event[] = [];
  let bytes = 0;
  for (let size = mostTogether, from = 0; from < numbers.length && bytes < pageBytes; from += size) {
    // One of 4 MB more must not make the page as large again as all of it may be.
    const average = from === 0 ? 0 : bytes / from;
    if (average > 0) size = Math.max(1, Math.min(mostTogether, Math.floor((pageBytes - bytes) / average)));
    for (const event of await readSteps(open, spans, steps, numbers.slice(from, from + size))) {
      bytes += bytesOf({ event, terms: '' });
      if (bytes >= pageBytes && events.length > 0) break;
      events.push(event);
    }
  }
  return events;
}

/** All of them, however large. */
export async function readSteps(
  { store }: OpenWorkspace,
  spans: Filter['spans'],
  steps: Steps,
  numbers: readonly number[],
): Promise<Event[]> {
  if (numbers.length === 0) return [];
  const found = await store.find({ spans, places: eventsAt(steps, numbers) });
  const byPlace = new Map(found.map((event) => [`${event.writer} ${event.seq}`, event]));
  return numbers.flatMap((number) => {
    const [place] = eventsAt(steps, [number]);
    return byPlace.get(`${place?.writer} ${place?.seqs[0]}`) ?? [];
  });
}
