import { lexer, type Token, type Tokens } from 'marked';
import { displayWidth, truncate } from '../../core/display-width.ts';
import { safeLine, safeText } from '../../core/safe-text.ts';
import type { Paint } from './paint.ts';
import { renderTable } from './table.ts';
import type { View } from './view.ts';

/** Text of one style; a line break is a piece of its own. */
interface Piece {
  text: string;
  style: keyof Paint | 'plain';
}

/** Lines longer than this are hard to read, however wide the terminal is. */
const mostCells = 100;

/** Markdown as a terminal shows it: no sequence of the text's own reaches the terminal. */
export function renderMarkdown(markdown: string, view: View): string {
  const narrow = { ...view, width: Math.min(view.width, mostCells) };
  return blocks(lexer(markdown), narrow, '')
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Deeper lists and quotes than these are shown at this depth. */
const deepest = 12;

function blocks(tokens: readonly Token[], view: View, indent: string): string[] {
  return tokens.flatMap((token) => block(token, view, indent));
}

function block(token: Token, view: View, indent: string): string[] {
  const { bold, dim } = view.paint;
  switch (token.type) {
    case 'heading': {
      const text = plain(pieces(token.tokens ?? [], 'plain'));
      const shown = token.depth === 1 ? text.toUpperCase() : text;
      return ['', ...wrapped([{ text: shown, style: 'plain' }], view, indent).map(bold), ''];
    }
    case 'paragraph':
      return [...wrapped(pieces(token.tokens ?? [], 'plain'), view, indent), ''];
    case 'text':
      return wrapped(pieces(token.tokens ?? [token], 'plain'), view, indent);
    case 'code':
      return [...codeLines(token.text, view, indent), ''];
    case 'blockquote':
      return blocks(token.tokens ?? [], view, deeper(indent, `${view.ascii ? '|' : '│'} `));
    case 'list':
      return [...listLines(token as Tokens.List, view, indent), ''];
    case 'table':
      return [...tableLines(token as Tokens.Table, view, indent), ''];
    case 'hr':
      return [dim((view.ascii ? '-' : '─').repeat(Math.max(3, view.width - indent.length))), ''];
    default:
      return [];
  }
}

const deeper = (indent: string, more: string): string =>
  indent.length < 2 * deepest ? indent + more : indent;

/** Commands are copied: their lines are not broken. */
const codeLines = (text: string, view: View, indent: string): string[] =>
  safeText(text)
    .split('\n')
    .map((line) => `${indent}    ${view.paint.cyan(line.replaceAll('\t', '  '))}`.trimEnd());

function listLines(list: Tokens.List, view: View, indent: string): string[] {
  const first = typeof list.start === 'number' ? list.start : 1;
  return list.items.flatMap((item, at) => {
    const mark = list.ordered ? `${first + at}. ` : `${view.ascii ? '*' : '•'} `;
    const inner = deeper(indent, ' '.repeat(mark.length));
    const [head = '', ...rest] = blocks(item.tokens, view, inner).filter(
      (line, place, all) => line !== '' || place < all.length - 1,
    );
    return [indent + mark + head.slice(inner.length), ...rest];
  });
}

/** A table where it fits; else its rows one below the other, for nothing may be cut. */
function tableLines(token: Tokens.Table, view: View, indent: string): string[] {
  const headers = token.header.map((cell) => plain(pieces(cell.tokens, 'plain')));
  const rows = token.rows.map((row) => row.map((cell) => plain(pieces(cell.tokens, 'plain'))));
  const widths = headers.map((header, at) =>
    Math.max(displayWidth(header), ...rows.map((row) => displayWidth(row[at] ?? ''))),
  );
  const room = view.width - indent.length;
  if (widths.reduce((sum, width) => sum + width + 2, -2) <= room) {
    const columns = headers.map((header, at) => ({
      header: header.toUpperCase(),
      cell: (row: string[]) => row[at] ?? '',
    }));
    return renderTable(rows, columns, { ...view, width: room })
      .split('\n')
      .map((line) => indent + line);
  }
  return token.rows.flatMap((row) => {
    const [head, ...rest] = row.map((cell) => pieces(cell.tokens, 'plain'));
    return [
      ...wrapped(
        (head ?? []).map((piece) => ({ ...piece, style: 'bold' as const })),
        view,
        indent,
      ),
      ...rest.flatMap((cell, at) => {
        const lead: Piece[] = rest.length > 1 ? [{ text: `${headers[at + 1] ?? ''}: `, style: 'dim' }] : [];
        return cell.length === 0 ? [] : wrapped([...lead, ...cell], view, `${indent}    `);
      }),
      '',
    ];
  });
}

function pieces(tokens: readonly Token[], style: Piece['style']): Piece[] {
  return tokens.flatMap((token): Piece[] => {
    switch (token.type) {
      case 'strong':
        return pieces(token.tokens ?? [], 'bold');
      case 'em':
      case 'del':
        return pieces(token.tokens ?? [], style);
      case 'codespan':
        return [{ text: token.text, style: 'cyan' }];
      case 'link':
        return linkPieces(token as Tokens.Link, style);
      case 'br':
        return [{ text: '\n', style }];
      case 'image':
        return [{ text: `[${token.text}]`, style: 'dim' }];
      case 'html':
        return [];
      default:
        return 'tokens' in token && token.tokens !== undefined
          ? pieces(token.tokens, style)
          : [{ text: 'text' in token ? String(token.text) : token.raw, style }];
    }
  });
}

/** A link to another guide says how that one is shown. */
function linkPieces({ href, tokens }: Tokens.Link, style: Piece['style']): Piece[] {
  const text = pieces(tokens, style);
  const guide = /^(?:\.\/)?([a-z0-9-]+)\.md(?:#.*)?$/.exec(href)?.[1];
  if (guide !== undefined) return [...text, { text: ` (hivemind help guide ${guide})`, style: 'dim' }];
  return /^https?:/.test(href) && plain(text) !== href
    ? [...text, { text: ` (${href})`, style: 'dim' }]
    : text;
}

const plain = (all: readonly Piece[]): string => safeLine(all.map(({ text }) => text).join(''));

/** Pieces in lines of the view's width; a word that is longer than a line is cut into several. */
function wrapped(all: readonly Piece[], view: View, indent: string): string[] {
  const room = Math.max(20, view.width - displayWidth(indent));
  const lines: string[] = [];
  let line = '';
  let cells = 0;
  const end = (): void => {
    lines.push((indent + line).trimEnd());
    line = '';
    cells = 0;
  };
  for (const { text, style } of all) {
    const paint = style === 'plain' ? (word: string) => word : view.paint[style];
    for (const word of safeText(text).match(/\n|[^\S\n]+|\S+/g) ?? []) {
      if (word === '\n' && text === '\n') end();
      else if (/^\s+$/.test(word)) {
        if (cells > 0 && cells < room) {
          line += ' ';
          cells += 1;
        }
      } else {
        let rest = word;
        if (cells > 0 && cells + displayWidth(rest) > room) end();
        while (displayWidth(rest) > room) {
          const head = truncate(rest, room + 1).slice(0, -1);
          line += paint(head);
          end();
          rest = rest.slice(Math.max(1, head.length));
        }
        line += paint(rest);
        cells += displayWidth(rest);
      }
    }
  }
  if (cells > 0) end();
  return lines;
}
