/** What two sets of paths have in common. */

/** Any folders, none at all too. */
const deep = Symbol('**');

/** A folder's or file's name with `*` or `?` in it: within one name. */
interface Wild {
  glob: string;
  /** What stands before the first mark, and after the last. */
  head: string;
  tail: string;
}

type Segment = string | Wild | typeof deep;

/** A path as a claim names it: what it says holds all that is below it. */
export interface ClaimedPath {
  /** Without marks: itself, with no slash at its end. */
  literal: string | null;
  segments: readonly Segment[];
}

/** Globs that are longer stand for themselves, character by character: no glob of a person is, and they cost time. */
const longestGlob = 256;
/** Folders of a path that are compared with a glob: one that is deeper counts as this folder of it. */
const deepest = 64;
/** Longest name of a file or folder that a file system takes. */
const longestName = 255;

/**
 * Reads a path, a folder or a glob (`*` and `?` within a name, `**` through folders; all else stands for itself). An empty
 * one, and `.`, is everything.
 */
export function readClaimed(path: string): ClaimedPath {
  const clean = normalPath(path);
  const names = clean === '' ? [] : clean.split('/');
  const isGlob = /[*?]/.test(clean) && clean.length <= longestGlob;
  if (!isGlob) return { literal: clean, segments: [...names.slice(0, deepest), deep] };
  return { literal: null, segments: [...names.map(segmentOf), deep] };
}

/** Without `.`, doubled slashes and a slash at the end; `..` is resolved where it can be. */
export function normalPath(path: string): string {
  const kept: string[] = [];
  for (const name of path.toWellFormed().split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else kept.push(name);
  }
  return (path.startsWith('/') ? '/' : '') + kept.join('/');
}

function segmentOf(name: string): Segment {
  if (name === '**') return deep;
  const first = name.search(/[*?]/);
  if (first === -1) return name;
  const last = Math.max(name.lastIndexOf('*'), name.lastIndexOf('?'));
  return { glob: name, head: name.slice(0, first), tail: name.slice(last + 1) };
}

/** Whether something is below both of them. Of two globs within one name it is said when it may be. */
export function meet(a: ClaimedPath, b: ClaimedPath): boolean {
  if (a.literal !== null && b.literal !== null)
    return isWithin(a.literal, b.literal) || isWithin(b.literal, a.literal);
  return segmentsMeet(a.segments, b.segments);
}

/** The paths of the one that have something in common with one of the other. */
export function sharedPaths(these: readonly string[], those: readonly string[]): string[] {
  const others = those.map(readClaimed);
  return these.filter((path) => {
    const read = readClaimed(path);
    return others.some((other) => meet(read, other));
  });
}

const isWithin = (path: string, folder: string): boolean =>
  folder === '' ||
  path === folder ||
  (path.startsWith(folder) && (folder === '/' || path[folder.length] === '/'));

/** Row by row over the pairs of segments: no way is tried twice, however many marks there are. */
function segmentsMeet(a: readonly Segment[], b: readonly Segment[]): boolean {
  let row = new Array<boolean>(b.length + 1).fill(false);
  row[0] = true;
  for (let i = 0; i <= a.length; i += 1) {
    const next = new Array<boolean>(b.length + 1).fill(false);
    for (let j = 0; j <= b.length; j += 1) {
      if (row[j] !== true) continue;
      const one = a[i];
      const other = b[j];
      if (one === deep) next[j] = true;
      if (other === deep) row[j + 1] = true;
      if (one === undefined || other === undefined) continue;
      // A mark for folders takes a name of the other; two marks take each other.
      if (one === deep && other !== deep) row[j + 1] = true;
      else if (other === deep && one !== deep) next[j] = true;
      else if (namesMeet(one, other)) next[j + 1] = true;
    }
    if (i === a.length) return row[b.length] === true;
    row = next;
  }
  return false;
}

function namesMeet(a: Segment, b: Segment): boolean {
  if (a === deep || b === deep) return true;
  if (typeof a === 'string') return typeof b === 'string' ? a === b : fits(a, b.glob);
  if (typeof b === 'string') return fits(b, a.glob);
  return beginAlike(a.head, b.head) && endAlike(a.tail, b.tail);
}

const beginAlike = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);
const endAlike = (a: string, b: string): boolean => a.endsWith(b) || b.endsWith(a);

/** Whether a name is what a glob says. A star that has to take more is the last one: earlier ones need no second look. */
function fits(name: string, glob: string): boolean {
  if (name.length > longestName) return false;
  let [at, mark] = [0, 0];
  let retry: { at: number; mark: number } | null = null;
  while (at < name.length) {
    if (glob[mark] === '*') {
      mark += 1;
      retry = { at, mark };
    } else if (mark < glob.length && (glob[mark] === '?' || glob[mark] === name[at])) {
      at += 1;
      mark += 1;
    } else if (retry !== null) {
      retry.at += 1;
      ({ at, mark } = retry);
    } else return false;
  }
  while (glob[mark] === '*') mark += 1;
  return mark === glob.length;
}
