import { extname } from 'node:path';
import type { Part, Tone } from '../lines.ts';
import type { Colouring } from './diff-lines.ts';

/** What highlight.js calls it → how it is drawn: sixteen colours tell no more apart. */
const tones: Readonly<Record<string, Tone>> = {
  keyword: 'keyword',
  built_in: 'name',
  type: 'name',
  class: 'name',
  title: 'name',
  section: 'name',
  name: 'name',
  tag: 'keyword',
  attr: 'name',
  attribute: 'name',
  property: 'name',
  selector: 'keyword',
  literal: 'number',
  number: 'number',
  string: 'string',
  regexp: 'string',
  symbol: 'string',
  comment: 'comment',
  doctag: 'comment',
  meta: 'comment',
};

interface Node {
  type: string;
  value?: string;
  properties?: { className?: unknown };
  children?: readonly Node[];
}

/** Colouring of the language that a file's name says; null: of none that is known. Loads the grammars, which takes a moment. */
export async function colouringFor(path: string): Promise<Colouring | null> {
  const extension = extname(path).slice(1).toLowerCase();
  if (!/^[a-z0-9+#]{1,12}$/.test(extension)) return null;
  const { common, createLowlight } = await import('lowlight');
  const lowlight = createLowlight(common);
  if (!lowlight.registered(extension)) return null;
  return (code) => linesOf(lowlight.highlight(extension, code.join('\n')) as Node, code.length);
}

function linesOf(root: Node, count: number): Part[][] {
  const lines: Part[][] = [[]];
  const visit = (node: Node, tone: Tone): void => {
    if (node.type === 'text')
      for (const [at, text] of (node.value ?? '').split('\n').entries()) {
        if (at > 0) lines.push([]);
        if (text !== '') lines.at(-1)?.push({ text, tone });
      }
    const own = toneOf(node) ?? tone;
    for (const child of node.children ?? []) visit(child, own);
  };
  visit(root, 'plain');
  return lines.slice(0, count);
}

function toneOf({ properties }: Node): Tone | undefined {
  const [name] = Array.isArray(properties?.className) ? properties.className : [];
  const word = typeof name === 'string' ? name.replace(/^hljs-/, '') : '';
  return Object.hasOwn(tones, word) ? tones[word] : undefined;
}
