import { type Candidate, lineTokens, type SectionName, sectionNames } from './line.ts';

/** A candidate, and whether it is told. */
export interface Chosen extends Candidate {
  tokens: number;
  told: boolean;
  /** Why it is not; empty when it is. */
  leftOut: '' | 'no room' | 'enough of these';
}

export const headings: Readonly<Record<SectionName, string>> = {
  notices: 'To know first:',
  own: 'What you were doing before the context was compacted:',
  handoffs: 'Handed over:',
  plan: 'Plan:',
  conventions: 'Conventions here:',
  decisions: 'Decided (about this work):',
  attempts: 'Tried before, and did not work:',
  now: 'Others right now:',
  failures: 'Recent failures:',
  notes: 'Noted:',
  sessions: 'Latest sessions of others:',
  files: 'Edited lately:',
};

/** Lines of a section, at the most. */
const most: Readonly<Record<SectionName, number>> = {
  notices: 6,
  own: 10,
  handoffs: 80,
  plan: 12,
  conventions: 400,
  decisions: 12,
  attempts: 6,
  now: 8,
  failures: 6,
  notes: 6,
  sessions: 8,
  files: 12,
};

/** How much may be told: tokens, and characters (UTF-16 units), each with headings and line breaks. */
export interface Room {
  tokens: number;
  chars: number;
}

/** Score of a line: a line twice as long is not half as good. */
const worth = ({ value, tokens }: { value: number; tokens: number }): number =>
  value / Math.sqrt(Math.max(1, tokens));

/**
 * Chooses what fits: first what is due, in the order of the sections, then the rest by value for its tokens. What it
 * returns is in the order in which it is read, with what was left out.
 */
export function choose(candidates: readonly Candidate[], room: Room): Chosen[] {
  const all: Chosen[] = candidates.map((one) => ({
    ...one,
    tokens: lineTokens(one.text),
    told: false,
    leftOut: 'no room',
  }));
  const left = { ...room };
  const count = new Map<SectionName, number>();
  const take = (one: Chosen): void => {
    const before = count.get(one.section) ?? 0;
    if (before >= most[one.section]) {
      one.leftOut = 'enough of these';
      return;
    }
    const heading = before === 0 ? headings[one.section] : '';
    const tokens = one.tokens + (heading === '' ? 0 : lineTokens(heading));
    const chars = one.text.length + 1 + (heading === '' ? 0 : heading.length + 1);
    if (tokens > left.tokens || chars > left.chars) return;
    left.tokens -= tokens;
    left.chars -= chars;
    count.set(one.section, before + 1);
    one.told = true;
    one.leftOut = '';
  };
  const place = new Map(all.map((one, at) => [one, at]));
  const inOrder = (a: Chosen, b: Chosen): number =>
    sectionNames.indexOf(a.section) - sectionNames.indexOf(b.section) ||
    (place.get(a) ?? 0) - (place.get(b) ?? 0);
  for (const one of all.filter(({ isDue }) => isDue === true).sort(inOrder)) take(one);
  for (const one of all
    .filter(({ isDue }) => isDue !== true)
    .sort((a, b) => worth(b) - worth(a) || inOrder(a, b)))
    take(one);
  return all.sort(inOrder);
}

/** Lines below their headings. */
export function renderChosen(chosen: readonly Chosen[]): string {
  return [...Map.groupBy(chosen, ({ section }) => section)]
    .map(([section, lines]) => `${headings[section]}\n${lines.map(({ text }) => `${text}\n`).join('')}`)
    .join('');
}
