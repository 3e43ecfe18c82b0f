import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { markOfTurn } from '../../../src/store/fields/format.ts';
import { openRoom, range, type StoreRoom, spans } from '../../world/store.ts';

const turn = (letter: string): string => `trn_${letter.repeat(32)}`;
const [first, second] = [turn('a'), turn('b')];

let room: StoreRoom;
beforeEach(async () => {
  room = await openRoom();
});
afterEach(() => room.remove());

/** Every third event is of the second turn, every other of the first; seven of each three hundred of no turn. */
const turnOf = (seq: number): string | null => (seq % 43 === 0 ? null : seq % 3 === 0 ? second : first);

const appendUpTo = async (last: number): Promise<void> => {
  const from = room.store.lastSeq() + 1;
  await room.append(...range(from, last).map((seq) => ({ ...room.eventOf(seq), turn: turnOf(seq) })));
};

const seqsOf = (wanted: string): number[] => range(1, 300).filter((seq) => turnOf(seq) === wanted);

/** The same, whether whole events are read or what cards tell of them. */
const read = async (turns: string[], perTurn: number, seen = spans): Promise<number[]> => {
  const events = await room.store.ofTurns({ spans: seen, turns }, { perTurn });
  const shown = await room.store.shownOfTurns({ spans: seen, turns }, { perTurn });
  expect(shown.map(({ id, text }) => ({ id, text }))).toEqual(events.map(({ id, text }) => ({ id, text })));
  return events.map(({ seq }) => seq);
};

test('the events of turns, or both ends of a long one, from two sealed tables, a hot one and the tail', async () => {
  for (const last of [120, 200]) {
    await appendUpTo(last);
    await room.seal();
  }
  await appendUpTo(260);
  await room.flushAll();
  await appendUpTo(300);
  // A table of dust goes into the next one that is sealed.
  expect(room.store.generations.sealed().length).toBeGreaterThan(0);
  expect([room.store.freshSize(), room.store.tailSize()]).toEqual([100, 40]);
  const [long, short] = [seqsOf(first), seqsOf(second)];
  expect(await read([first, second], 1_000)).toEqual([...long, ...short].sort((a, b) => a - b));
  expect(await read([second], 100)).toEqual(short);
  expect(await read([first], 11)).toEqual([...long.slice(0, 6), ...long.slice(-5)]);
  expect(await read([first, second], 100)).toEqual(
    [...long.slice(0, 50), ...long.slice(-50), ...short].sort((a, b) => a - b),
  );
  // Of what cannot be seen nothing counts: the ends are those of the rest.
  const upTo = 250;
  const seen = long.filter((seq) => seq <= upTo);
  const half = spans.map((span) => ({ ...span, upTo }));
  expect(await read([first], 11, half)).toEqual([...seen.slice(0, 6), ...seen.slice(-5)]);
  const early = spans.map((span) => ({ ...span, upTo: 100 }));
  expect(await read([second], 10, early)).toEqual([
    ...short.slice(0, 5),
    ...short.filter((seq) => seq <= 100).slice(-5),
  ]);
  expect(await read([], 10)).toEqual([]);
  expect(await read([turn('c')], 10)).toEqual([]);
  const events = await room.store.ofTurns({ spans, turns: [second] }, { perTurn: 1_000 });
  expect(events).toEqual(short.map((seq) => ({ ...room.eventOf(seq), turn: second })));
});

/** Two turns that have the same mark in the stored fields. */
function twins(): [string, string] {
  const marks = new Map<number, string>();
  for (let at = 0; ; at += 1) {
    const one = `trn_${createHash('md5').update(`${at}`).digest('hex')}`;
    const other = marks.get(markOfTurn(one));
    if (other !== undefined) return [other, one];
    marks.set(markOfTurn(one), one);
  }
}

test('turns that have the same mark are not taken for each other', async () => {
  const [one, other] = twins();
  await room.append(
    ...range(1, 60).map((seq) => ({ ...room.eventOf(seq), turn: seq % 3 === 0 ? one : other })),
  );
  await room.seal();
  const thirds = range(1, 60).filter((seq) => seq % 3 === 0);
  expect(await read([one], 100)).toEqual(thirds);
  expect(await read([one], 4)).toEqual([...thirds.slice(0, 2), ...thirds.slice(-2)]);
  expect(await read([one, other], 100)).toEqual(range(1, 60));
});
