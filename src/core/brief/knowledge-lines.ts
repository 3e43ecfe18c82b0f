import type { Convention, Decision, Holds } from '../../schema/records.ts';
import { quote } from '../quote.ts';
import type { Deed } from './deed.ts';
import type { Known, Scored } from './knowledge.ts';
import { type Candidate, day, joined, lineTokens, NAME, shortId } from './line.ts';

/** Event id → whether what it rests on is still so. */
export type Holding = ReadonlyMap<string, Holds>;

/** What rests on something that is no longer so counts for this much. */
const staleFactor = 0.5;

/** In words, that something may not hold any more; empty while it does, or nothing is known. */
export function staleText(holds: Holds | undefined): string {
  if (holds === undefined) return '';
  if (holds.files === 'gone') return 'may not hold any more: its files are gone';
  if (holds.files === 'changed') return 'may not hold any more: its files have changed since';
  if (holds.commit === 'not-ancestor') return 'may not hold any more: its commit is not in this history';
  return '';
}

export const knowledgeLines = (known: Known, holding: Holding, budget: number): Candidate[] => [
  ...conventionLines(known, holding, budget),
  ...known.decisions.map((one) => told('decisions', one, holding.get(one.one.event), decisionText)),
  ...known.attempts.map((one) => told('attempts', one, holding.get(one.one.id), attemptText)),
  ...known.notes.map((one) => told('notes', one, holding.get(one.one.id), noteText)),
];

function told<T>(
  section: Candidate['section'],
  { one, value, reason }: Scored<T>,
  holds: Holds | undefined,
  textOf: (one: T, stale: string) => string,
): Candidate {
  const stale = staleText(holds);
  return { section, text: textOf(one, stale), value: stale === '' ? value : value * staleFactor, reason };
}

/** Of all tokens of a brief so many may go to conventions, as they are and then shortened. */
const conventionShare = 0.4;
const lengths = [400, 160, 80] as const;
/** What the line takes that counts those for which there is no room. */
const countTokensAtMost = 30;

/** Conventions stand in every brief: where they are too long for it they are shortened, and the last ones counted. */
function conventionLines({ conventions, standing }: Known, holding: Holding, budget: number): Candidate[] {
  const room = budget * conventionShare;
  const linesOf = (most: number): Candidate[] =>
    conventions.map(({ one, reason }) => due(conventionText(one, holding, most), reason));
  const isWhole = conventions.length === standing;
  const fitting = isWhole
    ? lengths.map(linesOf).find((lines) => lines.reduce((sum, { text }) => sum + lineTokens(text), 0) <= room)
    : undefined;
  if (fitting !== undefined) return fitting;
  const lines: Candidate[] = [];
  let left = room - countTokensAtMost;
  for (const line of linesOf(lengths[2])) {
    left -= lineTokens(line.text);
    if (left < 0) break;
    lines.push(line);
  }
  const rest = `* and ${standing - lines.length} more: hivemind memory list --kind convention`;
  return [...lines, due(rest, 'conventions take no more than two fifths of a brief')];
}

const due = (text: string, reason: string): Candidate => ({
  section: 'conventions',
  text,
  value: 10,
  reason,
  isDue: true,
});

const conventionText = (one: Convention, holding: Holding, most: number): string =>
  joined(
    `* ${quote(one.name, Math.min(most, 60))}: ${quote(one.rule, most)}`,
    one.reason === '' || most < lengths[0] ? '' : `because ${quote(one.reason, 160)}`,
    contestedText(one),
    staleText(holding.get(one.event)),
  );

function decisionText(one: Decision, stale: string): string {
  const [other] = one.alternatives;
  const why = other === undefined || other.reason === '' ? '' : ` (${quote(other.reason, 80)})`;
  return joined(
    `* ${quote(one.subject, 60)}: ${quote(one.choice, 200)}`,
    one.reason === '' ? '' : `because ${quote(one.reason, 120)}`,
    other === undefined ? '' : `not ${quote(other.choice, 60)}${why}`,
    `${quote(one.by, NAME)}, ${day(one.updatedAt)}`,
    contestedText(one),
    stale,
    shortId(one.event),
  );
}

function contestedText({ contested }: Pick<Convention, 'contested'>): string {
  const [other] = contested.filter(({ field }) => ['choice', 'rule', 'state'].includes(field));
  if (other === undefined) return '';
  const said = typeof other.value === 'string' ? other.value : (JSON.stringify(other.value) ?? '');
  return `contested: ${quote(other.by, NAME)} says "${quote(said, 120)}"`;
}

const attemptText = (one: Deed, stale: string): string =>
  joined(
    `* ${quote(one.text, 180)}`,
    one.why === '' ? (one.outcome ?? 'failed') : `because ${quote(one.why, 140)}`,
    one.instead === '' ? '' : `instead: ${quote(one.instead, 120)}`,
    `${quote(one.agent, NAME)}, ${day(one.at)}`,
    stale,
    shortId(one.id),
  );

const noteText = (one: Deed, stale: string): string =>
  joined(
    `* ${quote(one.text, 200)}`,
    one.why === '' ? '' : `because ${quote(one.why, 100)}`,
    `${quote(one.by, NAME)}, ${day(one.at)}`,
    stale,
    shortId(one.id),
  );
