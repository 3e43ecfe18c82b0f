import { isoTime } from '../cards.ts';
import { quote } from '../quote.ts';
import { countTokens } from '../tokens.ts';

/** What a brief has a heading for, in the order in which it is read. */
export const sectionNames = [
  'notices',
  'own',
  'handoffs',
  'plan',
  'conventions',
  'decisions',
  'attempts',
  'now',
  'failures',
  'notes',
  'sessions',
  'files',
] as const;
export type SectionName = (typeof sectionNames)[number];

/** One line that a brief may have. */
export interface Candidate {
  section: SectionName;
  /** Without a line break. */
  text: string;
  /** What it is worth to whoever reads it; compared with others, for each token. */
  value: number;
  /** Why it is worth that, for people. */
  reason: string;
  /** Whole, and before all others: never crowded out by what is merely of interest. */
  isDue?: true;
}

export const NAME = 40;
const ID_DIGITS = 8;

/** The end of an id: as many digits as it takes to look it up, at a third of the tokens. */
export const shortId = (id: string): string => quote(id, 100).slice(-ID_DIGITS);

/** `3 min ago`, in one unit; the future (a clock that is off) is now. */
export function ago(at: number, now: number): string {
  const minutes = Math.max(0, Math.floor((now - at) / 60_000));
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} days ago`;
}

/** The day, for what happened longer ago than one counts in hours. */
export const day = (at: number): string => isoTime(at).slice(0, 10);

export const whoOf = ({ agent, by }: { agent: string; by: string }): string =>
  [...new Set([quote(agent, NAME), quote(by, NAME)])].filter((name) => name !== '').join('/');

/** Parts of a line, with what is empty left out. */
export const joined = (...parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join(' · ');

/** 1 for now, half of it a week later, and so on. */
export const freshness = (at: number, now: number, halfLifeMs = 7 * 86_400_000): number =>
  0.5 ** (Math.max(0, now - at) / halfLifeMs);

/** What a line takes, with its break. */
export const lineTokens = (text: string): number => countTokens(text) + 1;
