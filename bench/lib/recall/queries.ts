import { createCorpus } from '../corpus.ts';

export type Kind = 'keywords' | 'question' | 'error';

export interface Query {
  kind: Kind;
  text: string;
}

const sampleEvents = 4_000;

/** Words with which people ask, around words of the corpus. */
const frames = [
  'why did the % fail when the % was %',
  'how does % work with % and %',
  'what did we decide about % and the %',
  'which agent changed % so that % no longer has %',
];

/** What is asked for, the same in every run: words of the corpus, rare and common, one to three at a time, questions around such words, and lines that tell of errors. */
export function makeQueries(count: number): Query[] {
  const next = createCorpus(7);
  const texts = Array.from({ length: sampleEvents }, () => (JSON.parse(next()) as { text: string }).text);
  const words = wordsByUse(texts);
  const common = words.slice(20, 220);
  const rare = words.slice(-2_000);
  const errors = errorLines(texts);
  let turn = 0;
  const pick = (from: readonly string[]): string => {
    turn += 1;
    // Far apart and never the same for long: 7919 is a prime.
    return from[(turn * 7_919) % from.length] ?? '';
  };
  const word = (at: number): string => pick(at % 2 === 0 ? common : rare);
  return Array.from({ length: count }, (_, at): Query[] => [
    {
      kind: 'keywords',
      text: Array.from({ length: 1 + (at % 3) }, (_, place) => word(at + place)).join(' '),
    },
    { kind: 'question', text: (frames[at % frames.length] ?? '').replaceAll('%', () => word(turn)) },
    { kind: 'error', text: pick(errors) },
  ]).flat();
}

/** Words of four letters and more in more than two texts, those in most texts first. */
function wordsByUse(texts: readonly string[]): string[] {
  const uses = new Map<string, number>();
  for (const text of texts)
    for (const word of new Set(text.match(/\b[a-z]{4,16}\b/g) ?? []))
      uses.set(word, (uses.get(word) ?? 0) + 1);
  return [...uses]
    .filter(([, count]) => count > 2)
    .sort(([a, more], [b, less]) => less - more || (a < b ? -1 : 1))
    .map(([word]) => word);
}

function errorLines(texts: readonly string[]): string[] {
  const lines = texts.flatMap((text) => text.split('\n').filter((line) => /error|fail|throw/i.test(line)));
  return [...new Set(lines.map((line) => line.trim().slice(0, 120)))].filter((line) => line.length > 30);
}
