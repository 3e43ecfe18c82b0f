const ASCII = /^[\x20-\x7e]*$/;
const ZERO_WIDTH = /^[\p{M}\p{Cf}\p{Cc}]$/u;
// East Asian Wide and Fullwidth blocks (UAX #11, Unicode 16), and what terminals draw as emoji.
const WIDE =
  /^[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u;

const codePointWidth = (character: string): number =>
  ZERO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;

/** Terminal cells that `text` takes; it must already be safe text on one line. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += codePointWidth(character);
  return width;
}

/** The longest beginning of `text` that fits into `cells`. */
function headOf(text: string, cells: number): string {
  // Of a line of megabytes only its beginning is looked at: this is done for every piece of it.
  const start = text.slice(0, cells);
  if (ASCII.test(start)) return start;
  let width = 0;
  let end = 0;
  for (const character of text) {
    width += codePointWidth(character);
    if (width > cells) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** `text` in at most `cells` cells, with an ellipsis where it was cut. */
export function truncate(text: string, cells: number): string {
  if (displayWidth(text) <= cells) return text;
  return cells < 1 ? '' : `${headOf(text, cells - 1)}…`;
}

/** `text` padded with spaces on its right to `cells` cells; longer text stays as it is. */
export const pad = (text: string, cells: number): string =>
  text + ' '.repeat(Math.max(0, cells - displayWidth(text)));

/** `head` of `rest` without the word that it would cut, unless that word is half of it. */
function wordsOf(head: string, rest: string): string {
  const end = head.length === rest.length ? head.length : head.lastIndexOf(' ') + 1;
  return end > head.length / 2 ? head.slice(0, end) : head;
}

/** Breaks `text` into lines of at most `cells` cells, behind a space where there is one near; a tab counts as two spaces. */
export function wrapLines(text: string, cells: number): string[] {
  const width = Math.max(2, cells);
  const lines: string[] = [];
  for (const line of text.replaceAll('\t', '  ').split('\n')) {
    let rest = line;
    do {
      const head = wordsOf(headOf(rest, width), rest);
      lines.push(head);
      rest = rest.slice(head.length);
    } while (rest !== '');
  }
  return lines;
}
