import { quote } from './lance/quote.ts';

/**
 * Globs over the paths of an event: `*` and `?` stay within a folder, `**` goes through folders (none at all where it
 * is a folder's whole name), and what a glob names holds all that is below it: `src` is `src/store/a.ts` as well. All
 * other characters stand for themselves. They are said twice, to LanceDB as a regular expression and here for what is
 * in memory, and mean the same: a path with a line break in it is read as several, an empty one is none. LanceDB reads
 * the paths of the whole table for it; a table with stored fields has a list of them.
 */
export function globsToSql(globs: readonly string[]): string {
  const wanted = globs.map(cleaned).filter(isPossible).map(patternOf);
  if (wanted.length === 0) return 'false';
  return `regexp_like(array_to_string(paths, chr(10)), ${quote(`(^|\\n)(${wanted.join('|')})($|\\n)`)})`;
}

/** Whether one of the paths is what one of the globs says. */
export function createPathMatcher(globs: readonly string[]): (paths: readonly string[]) => boolean {
  const wanted = globs
    .map(cleaned)
    .filter(isPossible)
    .map((glob) => ({
      // What most paths do not begin with is told at once.
      start: /^[^*?]*/.exec(glob)?.[0] ?? '',
      ways: [partsOf(glob), [...partsOf(glob), '/', anything]],
    }));
  const isWanted = (path: string): boolean => {
    const likely = wanted.filter(({ start }) => path.startsWith(start));
    if (likely.length === 0) return false;
    const characters = [...path];
    return likely.some(({ ways }) => ways.some((parts) => fits(parts, characters)));
  };
  return (paths) =>
    paths.flatMap((path) => path.toWellFormed().split('\n')).some((path) => path !== '' && isWanted(path));
}

const cleaned = (glob: string): string =>
  glob
    .toWellFormed()
    .replace(/^(?:\.\/)+/, '')
    .replace(/(?<=.)\/+$/, '');

const isPossible = (glob: string): boolean => glob !== '' && !glob.includes('\n');

/** Parts of a glob: a character, or one of the marks, none of which is one character long. */
const anything = '**';
const anyFolders = '**/';
const inFolder = '*.';
const oneCharacter = '?.';
const marks: Record<string, string> = { '*': inFolder, '?': oneCharacter };

const partsOf = (glob: string): string[] =>
  (glob.match(/(?<![^/])\*\*\/|\*\*+|[\s\S]/gu) ?? []).map((part) =>
    part.startsWith('**') ? (part.endsWith('/') ? anyFolders : anything) : (marks[part] ?? part),
  );

const patterns: Record<string, string> = {
  [anything]: '[^\\n]*',
  [anyFolders]: '([^\\n]*/)?',
  [inFolder]: '[^/\\n]*',
  [oneCharacter]: '[^/\\n]',
};

function patternOf(glob: string): string {
  const parts = partsOf(glob);
  // A glob that is nothing but marks for any number of characters is every path; an empty one is none.
  if (fits(parts, [])) return '[^\\n]+';
  return `${parts.map((part) => patterns[part] ?? part.replace(/[\\.+*?()|[\]{}^$#&~-]/, '\\$&')).join('')}(/[^\\n]*)?`;
}

/** Where a match may be taken up again: the part to go on with, and the character up to which the mark before it goes. */
interface Retry {
  part: number;
  at: number;
}

/** No regular expression: a hostile path can keep JavaScript's at it for hours, and this at the most for its square. */
function fits(parts: readonly string[], path: readonly string[]): boolean {
  let part = 0;
  let at = 0;
  let near: Retry | null = null;
  let far: Retry | null = null;
  for (;;) {
    const wanted = parts[part];
    if (wanted === undefined && at === path.length) return true;
    if (wanted === anything || wanted === anyFolders) {
      part += 1;
      far = { part, at };
      near = null;
      continue;
    }
    if (wanted === inFolder) {
      part += 1;
      near = { part, at };
      continue;
    }
    const has = path[at];
    if (has !== undefined && (wanted === has || (wanted === oneCharacter && has !== '/'))) {
      part += 1;
      at += 1;
    } else if (near !== null && near.at < path.length && path[near.at] !== '/') {
      near.at += 1;
      ({ part, at } = near);
    } else {
      const next: Retry | null = far === null ? null : nextOf(far, parts, path);
      if (next === null) return false;
      near = null;
      far = next;
      ({ part, at } = far);
    }
  }
}

/** The mark for any characters takes one more; the one for whole folders takes one folder more. */
function nextOf({ part, at }: Retry, parts: readonly string[], path: readonly string[]): Retry | null {
  if (parts[part - 1] === anything) return at < path.length ? { part, at: at + 1 } : null;
  const slash = path.indexOf('/', at);
  return slash === -1 ? null : { part, at: slash + 1 };
}
