import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../../..');

/** How one file refers to another: at run time, for its types only, or when it gets there (`import()`). */
export interface Import {
  target: string;
  kind: 'value' | 'type' | 'lazy';
}

export interface SourceFile {
  /** Path below the checkout, with slashes. */
  path: string;
  text: string;
  imports: Import[];
}

const STATIC = /(?:^|[;\n])\s*(?:import|export)\s+(type\s+)?(?:[\w$*\s{},]+?\s+from\s+)?['"]([^'"\n]+)['"]/g;
const DYNAMIC = /(typeof\s+)?\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g;

/** Imports of a TypeScript text, as written; comments are left out. */
export function parseImports(text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/[^\n]*/g, '$1');
  const found: Import[] = [];
  for (const [, type, target] of code.matchAll(STATIC)) {
    if (target) found.push({ target, kind: type ? 'type' : 'value' });
  }
  for (const [, type, target] of code.matchAll(DYNAMIC)) {
    if (target) found.push({ target, kind: type ? 'type' : 'lazy' });
  }
  return found;
}

/** Every file below `folder` (a path in the checkout) whose name ends in one of `endings`; none if there is no such folder. */
export function listSource(folder: string, endings: readonly string[]): SourceFile[] {
  let names: string[];
  try {
    names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
  return names
    .filter((name) => endings.some((ending) => name.endsWith(ending)) && !name.includes('fixtures/'))
    .map((name) => {
      const text = readFileSync(join(root, folder, name), 'utf8');
      return { path: `${folder}/${name}`, text, imports: parseImports(text) };
    });
}

/** Path below the checkout of a relative import; null for a package. */
export function resolveImport(from: string, target: string): string | null {
  if (!target.startsWith('.')) return null;
  return relative(root, resolve(root, dirname(from), target));
}

/** `@scope/name` or `name` of an imported package; null for a relative import and for what Node brings. */
export function packageOf(target: string): string | null {
  if (target.startsWith('.') || target.startsWith('node:')) return null;
  return target.split('/', target.startsWith('@') ? 2 : 1).join('/');
}
