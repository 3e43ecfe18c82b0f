import { useEffect, useState } from 'react';

/** A stretch of a line, and the class by which it is coloured; empty: none. */
export interface Token {
  text: string;
  kind: string;
}

/** A grammar may take long for what no person has written: what is larger, or has a longer line, stays uncoloured. */
const mostChars = 60_000;
const mostLineChars = 2_000;

const languages: Record<string, string> = {
  bash: 'bash',
  c: 'c',
  cc: 'cpp',
  cjs: 'javascript',
  cpp: 'cpp',
  cs: 'csharp',
  css: 'css',
  go: 'go',
  graphql: 'graphql',
  h: 'c',
  hpp: 'cpp',
  html: 'xml',
  ini: 'ini',
  java: 'java',
  js: 'javascript',
  json: 'json',
  jsonc: 'json',
  jsx: 'javascript',
  kt: 'kotlin',
  less: 'less',
  lua: 'lua',
  md: 'markdown',
  mjs: 'javascript',
  mts: 'typescript',
  php: 'php',
  pl: 'perl',
  py: 'python',
  r: 'r',
  rb: 'ruby',
  rs: 'rust',
  scss: 'scss',
  sh: 'bash',
  sql: 'sql',
  svg: 'xml',
  swift: 'swift',
  toml: 'ini',
  ts: 'typescript',
  tsx: 'typescript',
  vue: 'xml',
  xml: 'xml',
  yaml: 'yaml',
  yml: 'yaml',
  zsh: 'bash',
};

/** The grammar for a file, by how its name ends; null: none is known. */
export function languageOf(path: string): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (name === 'makefile') return 'makefile';
  const ending = name.slice(name.lastIndexOf('.') + 1);
  return Object.hasOwn(languages, ending) ? (languages[ending] ?? null) : null;
}

interface Node {
  type: string;
  value?: string;
  properties?: { className?: unknown };
  children?: Node[];
}

function tokensOf(nodes: readonly Node[], kind: string, into: Token[]): Token[] {
  for (const node of nodes) {
    if (node.type === 'text') into.push({ text: node.value ?? '', kind });
    const own = Array.isArray(node.properties?.className) ? node.properties.className.join(' ') : kind;
    tokensOf(node.children ?? [], own, into);
  }
  return into;
}

function linesOf(tokens: readonly Token[]): Token[][] {
  const lines: Token[][] = [[]];
  for (const { text, kind } of tokens)
    text.split('\n').forEach((part, index) => {
      if (index > 0) lines.push([]);
      if (part !== '') lines.at(-1)?.push({ text: part, kind });
    });
  return lines;
}

const isReadable = (text: string): boolean =>
  text.length <= mostChars && !text.split('\n').some((line) => line.length > mostLineChars);

/** The text line by line, in coloured stretches. Null: it is too large, or there is no such grammar. */
export async function colourLines(text: string, language: string): Promise<Token[][] | null> {
  if (text === '' || !isReadable(text)) return null;
  const { common, createLowlight } = await import('./step-grammars.ts');
  const colours = createLowlight(common);
  if (!colours.registered(language)) return null;
  return linesOf(tokensOf(colours.highlight(language, text).children as Node[], '', []));
}

/** The same once it is there; null until then. */
export function useColours(text: string, language: string | null): Token[][] | null {
  const [coloured, setColoured] = useState<{ text: string; lines: Token[][] | null } | null>(null);
  useEffect(() => {
    if (language === null) return;
    let isWanted = true;
    // Without colours it can be read as well: what goes wrong here is no reason to say anything.
    colourLines(text, language).then(
      (lines) => isWanted && setColoured({ text, lines }),
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [text, language]);
  return coloured?.text === text ? coloured.lines : null;
}
