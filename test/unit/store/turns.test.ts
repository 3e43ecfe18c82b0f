import { afterEach, beforeEach, expect, test } from 'vitest';
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

const read = async (turns: string[], perTurn: number): Promise<number[]> =>
  (await room.store.ofTurns({ spans, turns }, { perTurn })).map(({ seq }) => seq);

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
  expect(await read([], 10)).toEqual([]);
  expect(await read([turn('c')], 10)).toEqual([]);
  const events = await room.store.ofTurns({ spans, turns: [second] }, { perTurn: 1_000 });
  expect(events).toEqual(short.map((seq) => ({ ...room.eventOf(seq), turn: second })));
});
