import { posix } from 'node:path';

const windowsStart = /^[A-Za-z]:[\\/]|^\\\\/;

const toSlashes = (path: string): string => path.replaceAll('\\', '/');

/**
 * `path` relative to `base` when it is inside it, else absolute; always with forward slashes. Windows paths are
 * understood on every system, because a transcript may come from another machine.
 */
export function relativePath(path: string, base: string | null): string {
  const isWindows = windowsStart.test(path) || (base !== null && windowsStart.test(base));
  const whole = posix.normalize(isWindows ? toSlashes(path) : path);
  if (base === null) return whole;
  const root = posix.normalize(isWindows ? toSlashes(base) : base).replace(/\/+$/, '');
  const isAbsolute = whole.startsWith('/') || windowsStart.test(path);
  if (!isAbsolute) return whole.startsWith('../') ? posix.join(root, whole) : whole.replace(/^\.\//, '');
  const [a, b] = isWindows ? [whole.toLowerCase(), root.toLowerCase()] : [whole, root];
  if (a === b) return '.';
  return a.startsWith(`${b}/`) ? whole.slice(root.length + 1) : whole;
}

/** `path` and each directory above it, nearest first. */
export function ancestors(path: string): string[] {
  const isWindows = windowsStart.test(path);
  const found: string[] = [];
  let rest = path.replace(/[\\/]+$/, '');
  while (rest !== '' && found.length < 200) {
    found.push(rest);
    rest = rest.slice(0, Math.max(0, rest.lastIndexOf('/'), isWindows ? rest.lastIndexOf('\\') : 0));
  }
  return found;
}
