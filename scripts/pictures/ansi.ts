/** Text of one look. Colours are numbers of the 256-colour table, or `#rrggbb`; null: the terminal's own. */
export interface Run {
  text: string;
  foreground: number | string | null;
  background: number | string | null;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
  inverse: boolean;
}

type Look = Omit<Run, 'text'>;

const plain: Look = {
  foreground: null,
  background: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
};

const flags: Readonly<Record<number, Partial<Look>>> = {
  0: plain,
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  39: { foreground: null },
  49: { background: null },
};

/** `38;5;N` and `38;2;R;G;B` from `at` on: the colour, and how many numbers it took. */
function extended(codes: readonly number[], at: number): { colour: number | string | null; took: number } {
  if (codes[at + 1] === 5) return { colour: codes[at + 2] ?? null, took: 2 };
  if (codes[at + 1] !== 2) return { colour: null, took: 0 };
  const hex = codes.slice(at + 2, at + 5).map((part) => part.toString(16).padStart(2, '0'));
  return { colour: `#${hex.join('')}`, took: 4 };
}

function applied(look: Look, codes: readonly number[]): Look {
  let next = look;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const { colour, took } = extended(codes, at);
      next = { ...next, [code === 38 ? 'foreground' : 'background']: colour };
      at += took;
    } else if (code >= 30 && code <= 37) next = { ...next, foreground: code - 30 };
    else if (code >= 90 && code <= 97) next = { ...next, foreground: code - 82 };
    else if (code >= 40 && code <= 47) next = { ...next, background: code - 40 };
    else if (code >= 100 && code <= 107) next = { ...next, background: code - 92 };
    else next = { ...next, ...flags[code] };
  }
  return next;
}

/** Every escape sequence of tmux; the first group is what stands in one that sets the look. */
const sequences = new RegExp(
  [
    String.raw`\x1b\[([0-9;]*)m`,
    String.raw`\x1b\[[0-9;?]*[A-Za-z]`,
    String.raw`\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)`,
    String.raw`[\x0e\x0f\r]`,
  ].join('|'),
  'g',
);

/** Lines of a terminal, as `tmux capture-pane -e` gives them, each as runs of one look. */
export function readAnsi(text: string): Run[][] {
  let look = plain;
  return text.split('\n').map((line) => {
    const runs: Run[] = [];
    let from = 0;
    for (const match of line.matchAll(sequences)) {
      if (match.index > from) runs.push({ ...look, text: line.slice(from, match.index) });
      from = match.index + match[0].length;
      if (match[1] !== undefined)
        look = applied(look, match[1] === '' ? [0] : match[1].split(';').map(Number));
    }
    if (from < line.length) runs.push({ ...look, text: line.slice(from) });
    return runs;
  });
}
