import { safeLine, safeText } from './safe-text.ts';

/** Characters that begin something in Markdown or HTML; a link or a picture of a trace must not become one. */
const SPECIAL = /[\\`*_[\]()<>#!|~&]/g;

/** Text from outside on one line of Markdown, as it was written: nothing in it is a link, a picture or a tag. */
export const plainInline = (text: string): string =>
  safeLine(text)
    .replace(SPECIAL, '\\$&')
    // What begins a list, or makes a heading of the line above.
    .replace(/^[-+=]/, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2')
    // Bare addresses are made links by many readers.
    .replace(/:\/\//g, '&#58;//')
    .replace(/www\./gi, (www) => `${www.slice(0, 3)}&#46;`)
    .replaceAll('@', '&#64;');

/** The same over several lines, as a quotation. */
export const quotation = (text: string): string =>
  safeText(text)
    .trimEnd()
    .split('\n')
    .map((line) => `> ${plainInline(line)}`.trimEnd())
    .join('\n');

/** A block of code that no text in it can end. */
export function fenced(text: string, language = ''): string {
  const body = safeText(text).trimEnd();
  const longest = (body.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${body}\n${fence}`;
}

/** A few words in code; what stands in it cannot end it. */
export function codeSpan(text: string): string {
  const body = safeLine(text);
  const longest = (body.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
  const ticks = '`'.repeat(longest + 1);
  const pad = body.startsWith('`') || body.endsWith('`') ? ' ' : '';
  return body === '' ? '' : `${ticks}${pad}${body}${pad}${ticks}`;
}
