import { afterEach, beforeEach, expect, test } from 'vitest';
import { createScorer } from '../../../src/store/bm25.ts';
import { createPathMatcher } from '../../../src/store/path-glob.ts';
import { TermCounts } from '../../../src/store/term-counts.ts';
import { createRandom } from '../../world/random.ts';
import { openRoom, range, type StoreRoom, spans } from '../../world/store.ts';

let room: StoreRoom;
beforeEach(async () => {
  room = await openRoom();
});
afterEach(() => room.remove());

/** Texts of 3 to 60 words; low numbers of words are common, and `drift` moves what they are about. */
function makeTexts(count: number, drift = 0): string[] {
  const random = createRandom(count + drift).unit;
  return Array.from({ length: count }, () => {
    const length = 3 + Math.floor(random() * 58);
    return Array.from({ length }, () => `w${drift + Math.floor(60 * random() ** 3)}`).join(' ');
  });
}

const queries = [['w0'], ['w3', 'w17'], ['w1', 'w2', 'w40', 'w59'], ['w55', 'none'], ['w9', 'w21', 'w22']];

const append = async (texts: readonly string[]): Promise<void> => {
  const first = room.store.lastSeq() + 1;
  await room.append(...texts.map((text, index) => ({ ...room.eventOf(first + index), text })));
};

/** Best first; `scoreOf` gives 0 for what does not match. */
const ranked = (
  texts: readonly string[],
  scoreOf: (terms: string[]) => number,
): { seq: number; score: number }[] =>
  texts
    .map((text, index) => ({ seq: index + 1, score: scoreOf(text.split(' ')) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);

/** BM25 as the books have it, over all texts. */
function bm25(texts: readonly string[], query: readonly string[]): (terms: string[]) => number {
  const all = texts.map((text) => text.split(' '));
  const average = all.reduce((sum, terms) => sum + terms.length, 0) / all.length;
  const idfs = query.map((word) => {
    const holding = all.filter((terms) => terms.includes(word)).length;
    return Math.log(1 + (all.length - holding + 0.5) / (holding + 0.5));
  });
  return (terms) =>
    query.reduce((score, word, index) => {
      const count = terms.filter((term) => term === word).length;
      const room = 1.2 * (0.25 + (0.75 * terms.length) / average);
      return score + ((idfs[index] ?? 0) * count * 2.2) / (count + room);
    }, 0);
}

/** The same order; those of (nearly) one score may stand in any. */
function expectOrder(
  found: { seq: number; score: number }[],
  all: { seq: number; score: number }[],
  limit = all.length,
): void {
  const wanted = all.slice(0, limit);
  expect(found.length).toBe(wanted.length);
  const worth = new Map(all.map(({ seq, score }) => [seq, score]));
  for (const [index, { seq, score }] of found.entries()) {
    expect(score).toBeCloseTo(worth.get(seq) ?? -1, 6);
    // Each table gives its own best: of what does not fit into a page one may be missing that is hardly better.
    const least = (wanted[index]?.score ?? -1) * (limit < all.length ? 0.99 : 1);
    expect(score).toBeGreaterThan(least - 1e-6);
  }
}

const search = async (query: readonly string[], limit: number): Promise<{ seq: number; score: number }[]> =>
  (await room.store.search(query, { spans }, limit)).map(({ event, score }) => ({ seq: event.seq, score }));

test('on one sealed table our scores are those of LanceDB, to one percent', async () => {
  const texts = makeTexts(300);
  await append(texts);
  await room.seal();
  const [sealed] = room.store.generations.sealed();
  const table = await room.store.tables.open(sealed?.name ?? '');
  const counts = new TermCounts();
  for (const text of texts) counts.add(text.split(' '));
  for (const query of queries) {
    const { score } = createScorer(query, counts);
    const rows: { seq: bigint; terms: string; _score: number }[] = await table
      .query()
      .fullTextSearch(query.join(' '), { columns: ['terms'] })
      .limit(texts.length)
      .select(['seq', 'terms', '_score'])
      .toArray();
    expect(rows.length).toBe(ranked(texts, (terms) => score(terms.join(' ')).score).length);
    const ours = rows.map(({ terms }) => score(terms).score);
    for (const [index, { _score }] of rows.entries())
      expect(Math.abs((ours[index] ?? 0) / _score - 1), `${query} ${index}`).toBeLessThan(0.01);
    for (let index = 1; index < ours.length; index += 1)
      expect(ours[index]).toBeLessThanOrEqual((ours[index - 1] ?? 0) * 1.01);
  }
  table.close();
});

test('a search over several sealed tables, a hot one and the tail is one BM25 over all events', async () => {
  const texts: string[] = [];
  // What is talked about drifts: counted for itself, each table would give the same word another worth.
  for (const drift of [0, 10, 25]) {
    const some = makeTexts(2050, drift);
    texts.push(...some);
    await append(some);
    await room.seal();
  }
  expect(room.store.generations.sealed().length).toBe(3);
  for (const drift of [30, 5]) {
    const some = makeTexts(100, drift);
    texts.push(...some);
    await append(some);
    if (drift === 30) await room.flushAll();
  }
  expect([room.store.tailSize(), room.store.freshSize()]).toEqual([100, 200]);
  for (const query of queries) {
    const wanted = ranked(texts, bm25(texts, query));
    expectOrder(await search(query, texts.length), wanted);
    expectOrder(await search(query, 10), wanted, 10);
  }
  for (const query of queries)
    for (const { event, matched } of await room.store.search(query, { spans }, 300))
      expect(matched.sort()).toEqual(
        [...query].filter((word) => texts[event.seq - 1]?.split(' ').includes(word)).sort(),
      );
  await room.reopen();
  for (const query of queries) expectOrder(await search(query, 25), ranked(texts, bm25(texts, query)), 25);
});

test('a search that is asked again, or for more, gives what the first would have', async () => {
  const texts = makeTexts(2_500);
  await append(texts.slice(0, 2_100));
  await room.seal();
  await append(texts.slice(2_100));
  for (const query of queries) {
    const wanted = ranked(texts, bm25(texts, query));
    for (const limit of [5, 40, 5, 400]) expectOrder(await search(query, limit), wanted, limit);
  }
});

test('a term of any script and length that is found in memory is found in a sealed table', async () => {
  const long = 'x'.repeat(64);
  const texts = [
    long,
    'ж'.repeat(40),
    '語'.repeat(30),
    'ж'.repeat(64),
    "it's",
    'a"b',
    'src/store/open-store.ts',
    'ñandú',
    'İ',
    'ß',
    'A+B',
    '-x',
    'NOT',
    '\u{1f600}',
  ];
  await append(texts);
  const each = range(1, texts.length).map((seq) => [seq]);
  const found = (): Promise<number[][]> =>
    Promise.all(texts.map(async (term) => (await search([term], 5)).map(({ seq }) => seq)));
  expect(await found()).toEqual(each);
  await room.seal();
  expect(await found()).toEqual(each);
});

test('a search that is narrowed to paths gives the best on these, however few of those that match they are', async () => {
  const texts = makeTexts(2_400);
  const pathOf = (seq: number): string =>
    seq % 400 === 0 ? 'docs/rare.md' : seq % 3 === 0 ? `src/some/${seq}.ts` : `lib/most/${seq}.ts`;
  const add = (from: number, to: number): Promise<void> =>
    room.append(
      ...range(from, to).map((seq) => ({
        ...room.eventOf(seq),
        text: texts[seq - 1] ?? '',
        paths: [pathOf(seq)],
      })),
    );
  await add(1, 2_200);
  await room.seal();
  await add(2_201, 2_400);
  for (const glob of ['lib/**', 'src/**', 'docs/*.md', '**/*9.ts', 'none/**']) {
    const isOn = createPathMatcher([glob]);
    for (const query of queries)
      for (const limit of [5, 40]) {
        const wanted = ranked(texts, bm25(texts, query)).filter(({ seq }) => isOn([pathOf(seq)]));
        const found = await room.store.search(query, { spans, paths: { globs: [glob] } }, limit);
        expectOrder(
          found.map(({ event, score }) => ({ seq: event.seq, score })),
          wanted,
          Math.min(limit, wanted.length),
        );
      }
  }
});

test('many that say the same do not hide what is on the path and says less', async () => {
  const isWanted = (seq: number): boolean => seq > 300 || seq % 10 < 3;
  await room.append(
    ...range(1, 360).map((seq) => ({
      ...room.eventOf(seq),
      text: seq > 300 ? `w0 w${seq} ${'more '.repeat(40)}` : 'w0',
      paths: [isWanted(seq) ? 'src/a.ts' : 'lib/b.ts'],
    })),
  );
  await room.seal();
  const found = await room.store.search(['w0'], { spans, paths: { globs: ['src/**'] } }, 100);
  expect(found.length).toBe(100);
  expect(found.slice(0, 90).every(({ event }) => event.seq <= 300)).toBe(true);
});

test('a table whose best rows are all beside the path gives those that are on it', async () => {
  const isOn = (seq: number): boolean => seq > 600;
  await room.append(
    ...range(1, 1_800).map((seq) => ({
      ...room.eventOf(seq),
      text: isOn(seq) ? `w0 w${seq} ${'more '.repeat(40)}` : 'w0',
      paths: [isOn(seq) ? `src/${seq}.ts` : 'lib/b.ts'],
    })),
  );
  await room.seal();
  const paths = { globs: ['src/**'] };
  const found = await room.store.search(['w0'], { spans, paths }, 100);
  expect(found.length).toBe(100);
  expect(found.every(({ event }) => isOn(event.seq))).toBe(true);
  const [best] = await room.store.search(['w0', 'w777'], { spans, paths }, 100);
  expect(best?.event.seq).toBe(777);
});
