import { hash128 } from '../schema/ids.ts';
import { instructionText, instructionVersion } from './instruction-text.ts';

/** What is known of our instruction in a text: edited, when somebody has changed what we wrote. */
export type InstructionState = 'installed' | 'missing' | 'outdated' | 'edited' | 'foreign';

/** Our instruction between its marks, wherever it stands. */
export interface Block {
  /** Offsets of its first character, and of the first one after the line break that ends it. */
  start: number;
  end: number;
  /** What stands between the marks, with the line breaks of its file. */
  inner: string;
  version: number;
  /** Seal of what we wrote. */
  seal: string;
  /** Line break after its first mark. */
  eol: string;
}

const begin = /^<!-- hivemind:begin v(\d{1,6}) ([0-9a-f]{12}) [^\r\n]*-->$/;
const end = '<!-- hivemind:end -->';
const byteOrderMark = '\uFEFF';

/** Seal of what we wrote, the same whatever line breaks an editor gives it. */
export const sealOf = (text: string): string =>
  hash128('instruction', text.replaceAll('\r\n', '\n')).slice(0, 12);

/** The instruction between its marks, `seal` in the first of them; without a line break at its end. */
export const blockWith = (seal: string, eol = '\n'): string =>
  [
    `<!-- hivemind:begin v${instructionVersion} ${seal} written by "hivemind connect", taken out by "hivemind disconnect" -->`,
    ...instructionText.split('\n'),
    end,
  ].join(eol);

/** Every block in `text`: a first mark and the next last mark, with no other mark between. One pass. */
export function blocksIn(text: string): Block[] {
  const found: Block[] = [];
  let open: Omit<Block, 'end' | 'inner'> | null = null;
  let innerStart = 0;
  for (let at = 0; at < text.length; ) {
    const feed = text.indexOf('\n', at);
    const next = feed === -1 ? text.length : feed + 1;
    const eol = feed === -1 ? '' : text[feed - 1] === '\r' && feed > at ? '\r\n' : '\n';
    const start = at === 0 && text.startsWith(byteOrderMark) ? 1 : at;
    const line = text.slice(start, next - eol.length);
    const [, version, seal] = begin.exec(line) ?? [];
    if (seal !== undefined) {
      open = { start, version: Number(version), seal, eol };
      innerStart = next;
    } else if (line === end) {
      if (open !== null) found.push({ ...open, end: next, inner: text.slice(innerStart, at) });
      open = null;
    }
    at = next;
  }
  return found;
}

const isIntact = ({ inner, seal }: Block): boolean => sealOf(inner) === seal;

const wantedSeal = sealOf(`${instructionText}\n`);

/** What is known of the block in a file that is its user's. */
export function blockState(text: string | null): InstructionState {
  const blocks = blocksIn(text ?? '');
  const [only] = blocks;
  if (only === undefined) return 'missing';
  if (blocks.some((block) => !isIntact(block))) return 'edited';
  return blocks.length === 1 && only.seal === wantedSeal ? 'installed' : 'outdated';
}

/**
 * `text` with the block in it once, at its end where there was none; everything else keeps its bytes. A block that
 * somebody has edited stays as it is.
 */
export function withBlock(text: string | null): string {
  if (text === null || text === '') return `${blockWith(wantedSeal)}\n`;
  const state = blockState(text);
  if (state === 'installed' || state === 'edited') return text;
  const [first, ...others] = blocksIn(text);
  if (first !== undefined) {
    const rest = others.reduceRight(cutOut, text);
    return `${rest.slice(0, first.start)}${blockWith(wantedSeal, first.eol)}${rest.slice(first.end - endBreak(text, first).length)}`;
  }
  const eol = /\r?\n/.exec(text)?.[0] ?? '\n';
  return `${text}${eol}${blockWith(wantedSeal, eol)}${eol}`;
}

const endBreak = (text: string, { end: after }: Block): string =>
  text.endsWith('\r\n', after) ? '\r\n' : text.endsWith('\n', after) ? '\n' : '';

/** `text` without any block, and without the one line break that `withBlock` put before it; null when nothing is left. */
export function withoutBlock(text: string | null): string | null {
  const blocks = blocksIn(text ?? '');
  if (text === null || blocks.length === 0) return text;
  const rest = blocks.reduceRight(cutOut, text);
  return rest === '' ? null : rest;
}

function cutOut(text: string, { start, end: after, eol }: Block): string {
  const [before, behind] = [text.slice(0, start), text.slice(after)];
  const glue = before.endsWith(eol) ? eol.length : before.endsWith('\n') ? 1 : 0;
  const kept = before.slice(0, before.length - glue);
  // Somebody has written on behind the block: two lines of theirs are not to become one.
  return behind === '' || kept === '' || kept.endsWith('\n') ? kept + behind : before + behind;
}
