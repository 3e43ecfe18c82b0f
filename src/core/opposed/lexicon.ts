import { toolClasses } from './alternatives.ts';
import { poles, weakAxes } from './antonyms.ts';
import { practiceClasses } from './practices.ts';
import { scopeClasses } from './scopes.ts';
import { craftVocabulary, vagueWords, workVocabulary } from './synonyms.ts';
import { scanWords, type Token } from './words.ts';

export type Sense =
  | { kind: 'concept'; id: string }
  | { kind: 'member'; id: string; member: string }
  | { kind: 'pole'; id: string; side: 1 | -1 }
  | { kind: 'scope'; id: string; member: string };

export interface Phrase {
  stems: readonly string[];
  /** Only where it is written with a capital. */
  needsCapital: boolean;
  senses: Sense[];
}

export interface Lexicon {
  /** First stem → the phrases that begin so, longest first. */
  phrases: ReadonlyMap<string, readonly Phrase[]>;
  /** Class → the concepts that it is about. */
  topics: ReadonlyMap<string, readonly string[]>;
  /** Classes of named tools; the others are of practices, whose words mean something only where the subject asks for it. */
  tools: ReadonlySet<string>;
  /** Stems that nearly every decision could hold. */
  vague: ReadonlySet<string>;
  weakAxes: ReadonlySet<string>;
}

export interface Match {
  at: number;
  length: number;
  senses: readonly Sense[];
}

let built: Lexicon | undefined;

/** The word lists, read when they are first needed: some milliseconds. */
export function lexicon(): Lexicon {
  built ??= buildLexicon();
  return built;
}

function buildLexicon(): Lexicon {
  const phrases = new Map<string, Map<string, Phrase>>();
  const topics = new Map<string, readonly string[]>();
  for (const line of linesOf(workVocabulary + craftVocabulary)) {
    const { name, rest } = splitLine(line);
    for (const phrase of rest.split(','))
      addPhrase(phrases, phrase, { kind: 'concept', id: name.replace('~', '') });
  }
  for (const line of linesOf(toolClasses + practiceClasses)) {
    const { name, rest } = splitLine(line);
    const [id = '', about = ''] = name.split('[');
    topics.set(id.trim(), about.replace(']', '').trim().split(/\s+/).filter(Boolean));
    addMembers(phrases, rest, (member) => ({ kind: 'member', id: id.trim(), member }));
  }
  for (const line of linesOf(scopeClasses)) {
    const { name, rest } = splitLine(line);
    addMembers(phrases, rest, (member) => ({ kind: 'scope', id: name, member }));
  }
  for (const line of linesOf(poles)) {
    const { name, rest } = splitLine(line);
    const [plus = '', minus = ''] = rest.split('|');
    for (const phrase of plus.split(',')) addPhrase(phrases, phrase, { kind: 'pole', id: name, side: 1 });
    for (const phrase of minus.split(',')) addPhrase(phrases, phrase, { kind: 'pole', id: name, side: -1 });
  }
  const tools = new Set(linesOf(toolClasses).map((line) => splitLine(line).name.split('[')[0]?.trim() ?? ''));
  return {
    phrases: sortPhrases(phrases),
    topics,
    tools,
    vague: stemsOf(vagueWords),
    weakAxes: new Set(weakAxes.split(/\s+/)),
  };
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line.includes(':'));

function splitLine(line: string): { name: string; rest: string } {
  const colon = line.indexOf(':');
  return { name: line.slice(0, colon).trim(), rest: line.slice(colon + 1) };
}

const stemsOf = (text: string): Set<string> => new Set(scanWords(text, 10_000).map(({ stem }) => stem));

function addMembers(
  phrases: Map<string, Map<string, Phrase>>,
  list: string,
  toSense: (member: string) => Sense,
): void {
  for (const names of list.split(',')) {
    const [first = '', ...others] = names.split('=');
    const member = first.replace('!', '').trim();
    for (const phrase of [first, ...others]) addPhrase(phrases, phrase, toSense(member));
  }
}

function addPhrase(phrases: Map<string, Map<string, Phrase>>, written: string, sense: Sense): void {
  const stems = scanWords(written.replace('!', ''), 10).map(({ stem }) => stem);
  const [first] = stems;
  if (first === undefined) return;
  const same = phrases.get(first) ?? new Map<string, Phrase>();
  const needsCapital = written.includes('!');
  const key = `${stems.join(' ')}${needsCapital ? '!' : ''}`;
  const phrase = same.get(key) ?? { stems, needsCapital, senses: [] };
  phrase.senses.push(sense);
  same.set(key, phrase);
  phrases.set(first, same);
}

const sortPhrases = (phrases: Map<string, Map<string, Phrase>>): Map<string, readonly Phrase[]> =>
  new Map(
    [...phrases].map(([first, same]) => [
      first,
      [...same.values()].sort((a, b) => b.stems.length - a.stems.length),
    ]),
  );

/** The phrases in a text, the longest at each place; a word belongs to one of them at most. */
export function findPhrases(tokens: readonly Token[]): Match[] {
  const { phrases } = lexicon();
  const found: Match[] = [];
  for (let at = 0; at < tokens.length; ) {
    const fitting = (phrases.get(tokens[at]?.stem ?? '') ?? []).filter((phrase) => fits(phrase, tokens, at));
    const length = fitting[0]?.stems.length ?? 0;
    const senses = fitting.filter(({ stems }) => stems.length === length).flatMap((phrase) => phrase.senses);
    if (length > 0) found.push({ at, length, senses });
    at += Math.max(1, length);
  }
  return found;
}

function fits({ stems, needsCapital }: Phrase, tokens: readonly Token[], at: number): boolean {
  const first = tokens[at];
  if (needsCapital && first?.capital !== true) return false;
  return stems.every((stem, offset) => {
    const token = tokens[at + offset];
    return token?.stem === stem && token.clause === first?.clause;
  });
}
