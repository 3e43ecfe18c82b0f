import type { PlanItem } from '../../schema/records.ts';
import { queryTerms } from '../tokenize.ts';

/** What the work at hand is about: what a decision, an attempt or a note has to touch to be worth telling. */
export interface Work {
  /** Cleaned path → why it is part of the work. */
  paths: ReadonlyMap<string, string>;
  /** Folders above these. */
  folders: ReadonlyMap<string, string>;
  /** Term → the words that it comes from. */
  terms: ReadonlyMap<string, string>;
}

const clean = (path: string): string =>
  path
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '')
    .replace(/\/+$/, '');

/** Folders above a path, the nearest first; so many and no more, for it may be anything. */
function above(path: string): string[] {
  const folders: string[] = [];
  for (let at = path.lastIndexOf('/'); at > 0 && folders.length < 20; at = path.lastIndexOf('/', at - 1))
    folders.push(path.slice(0, at));
  return folders;
}

/** The work of plan items and of files; earlier ones say why first. */
export function workOf(items: readonly PlanItem[], files: readonly { path: string; why: string }[]): Work {
  const paths = new Map<string, string>();
  const folders = new Map<string, string>();
  const terms = new Map<string, string>();
  const add = (path: string, why: string): void => {
    const cleaned = clean(path);
    if (cleaned === '' || paths.has(cleaned)) return;
    paths.set(cleaned, why);
    for (const folder of above(cleaned)) if (!folders.has(folder)) folders.set(folder, why);
  };
  for (const { title, note, paths: own, id } of items) {
    for (const path of own) add(path, `plan item ${id.slice(-6)}`);
    for (const term of queryTerms(`${title}\n${note.slice(0, 2000)}`))
      if (!terms.has(term)) terms.set(term, id);
  }
  for (const { path, why } of files) add(path, why);
  return { paths, folders, terms };
}

const textTerms = new WeakMap<object, readonly string[]>();

/** Terms of what something says; kept with it, for the same rows are asked about again and again. */
function termsIn(owner: object, text: string): readonly string[] {
  const known = textTerms.get(owner);
  if (known !== undefined) return known;
  const terms = queryTerms(text);
  textTerms.set(owner, terms);
  return terms;
}

/** Fewer terms than this in common may be chance. */
const leastTerms = 2;

/** How much something has to do with the work, 0 to about 7, and why. `owner` stands for its text, which must not change. */
export function touch(
  work: Work,
  about: { owner: object; text: string; paths: readonly string[] },
): { value: number; reason: string } {
  const path = about.paths.find((one) => whyPath(work, one) !== null);
  if (path !== undefined) return { value: 5, reason: `touches ${path} (${whyPath(work, path)})` };
  const shared = termsIn(about.owner, about.text).filter((term) => work.terms.has(term));
  if (shared.length < leastTerms) return { value: 0, reason: '' };
  return {
    value: Math.min(4, shared.length),
    reason: `has the words ${shared.slice(0, 4).join(', ')} of plan item ${(work.terms.get(shared[0] ?? '') ?? '').slice(-6)}`,
  };
}

function whyPath({ paths, folders }: Work, given: string): string | null {
  const path = clean(given);
  if (path === '') return null;
  const why = paths.get(path) ?? folders.get(path);
  if (why !== undefined) return why;
  for (const folder of above(path)) {
    const higher = paths.get(folder);
    if (higher !== undefined) return higher;
  }
  return null;
}
