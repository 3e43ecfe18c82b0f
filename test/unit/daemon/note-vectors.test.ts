import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLine } from '../../../src/daemon/branching.ts';
import { mainLine, scopeOf } from '../../../src/daemon/lines.ts';
import { NoteVectors } from '../../../src/daemon/note-vectors.ts';
import type { LiveWorkspace } from '../../../src/daemon/workspaces.ts';
import { type EngineRoom, numbered, openEngineRoom } from '../../world/engine-room.ts';

let room: EngineRoom;
let live: LiveWorkspace;
let written = 0;
beforeEach(async () => {
  room = await openEngineRoom();
  live = await room.workspaces.live(await room.workspaces.create('w'));
});
afterEach(() => room.remove());

/** Appends notes of which each has its number as its only metadata, and one thing that is no vector. */
async function write(branch: string, count: number): Promise<number[]> {
  const from = written;
  written += count;
  const notes = numbered(from, count, { type: 'memory.noted' }).map((draft, at) => ({
    ...draft,
    body: { content: draft.text, embedding: [1, from + at], metadata: { n: from + at } },
  }));
  const [odd] = numbered(from + 1_000_000, 1, {
    type: 'memory.noted',
    body: { content: '', embedding: [0, 'x'] },
  });
  await live.appender.append(odd === undefined ? notes : [...notes, odd], { branch });
  return notes.map(({ body }) => body.metadata.n);
}

async function visited(vectors: NoteVectors, branch: string): Promise<unknown[]> {
  const seen: unknown[] = [];
  await vectors.visit(scopeOf(live.open, branch), ({ metadata }) => seen.push(metadata.n));
  return seen.sort((a, b) => Number(a) - Number(b));
}

test.each([
  ['with room for all', 1 << 20],
  ['with room for some', 5_000],
  ['with no room', 0],
])('every visible note is visited once, %s', async (_what, most) => {
  const vectors = new NoteVectors(live.open, most);
  const main = mainLine(live.open).id;
  const shared = await write(main, 5);
  const { id: a } = await createLine(live, { name: 'a' });
  const { id: b } = await createLine(live, { name: 'b' });
  const [later, ofA, ofB] = [await write(main, 4), await write(a, 6), await write(b, 3)];
  const expected: [string, number[]][] = [
    [main, [...shared, ...later]],
    [a, [...shared, ...ofA]],
    [b, [...shared, ...ofB]],
  ];
  for (let again = 0; again < 2; again += 1)
    for (const [branch, notes] of expected) {
      expect(await visited(vectors, branch)).toEqual(notes);
      expect(vectors.bytes).toBeLessThanOrEqual(most);
    }
  const more = await write(a, 2);
  const [first, second] = await Promise.all([visited(vectors, a), visited(vectors, a)]);
  expect(first).toEqual([...shared, ...ofA, ...more]);
  expect(second).toEqual(first);
  expect(vectors.bytes > 0).toBe(most > 0);
});
