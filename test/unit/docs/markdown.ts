import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../world/home.ts';

export interface Page {
  /** From the root of the repository. */
  path: string;
  text: string;
}

/** What people read: all Markdown but what is generated and what is history. */
export const pages: readonly Page[] = [
  'README.md',
  'CONTRIBUTING.md',
  'docs/*.md',
  'docs/guides/*.md',
  'docs/formats/*.md',
  'examples/**/*.md',
]
  .flatMap((pattern) => globSync(pattern, { cwd: packageRoot }).sort())
  .map((path) => ({ path, text: readFileSync(join(packageRoot, path), 'utf8') }));

/** What stands in fenced blocks of these languages, in order. */
export function blocksOf(text: string, languages: readonly string[]): string[] {
  const blocks = text.matchAll(/^( *)(`{3,})([^\n`]*)\n(.*?)^\1\2[ \t]*$/gms);
  return [...blocks]
    .filter(([, , , info = '']) => languages.includes(info.trim().split(' ')[0] ?? ''))
    .map(([, indent = '', , , body = '']) => body.replaceAll(new RegExp(`^ {0,${indent.length}}`, 'gm'), ''));
}

/** The text without its fenced blocks. */
export const proseOf = (text: string): string =>
  text.replaceAll(/^( *)(`{3,})[^\n]*\n.*?^\1\2[ \t]*$/gms, '');
