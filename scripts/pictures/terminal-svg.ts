import { displayWidth } from '../../src/core/display-width.ts';
import { type Run, readAnsi } from './ansi.ts';

const cell = { width: 8.4, height: 19, baseline: 14 };
const margin = { x: 18, top: 44, bottom: 18 };

/** The 16 colours on a light and on a dark ground; all have a contrast of 4.5 or more to it. */
const light = [
  '#24292f',
  '#b3261e',
  '#1a6e33',
  '#7a5200',
  '#0a56b0',
  '#8036a8',
  '#0b6471',
  '#57606a',
  '#57606a',
];
const dark = [
  '#8b949e',
  '#ff8f88',
  '#6fdd8b',
  '#e3b341',
  '#79b8ff',
  '#d2a8ff',
  '#67d4e4',
  '#e6edf3',
  '#8b949e',
];

const colourOf = (palette: readonly string[], number: number): string =>
  palette[number > 8 ? number - 8 : number] ?? '#888888';

const styleOf = (palette: readonly string[], ground: string, frame: string, ink: string): string =>
  [
    `.g{fill:${ground};stroke:${frame}}text{fill:${ink}}.t,.d{fill:${colourOf(palette, 8)}}`,
    ...Array.from({ length: 16 }, (_, number) => `.c${number}{fill:${colourOf(palette, number)}}`),
    ...Array.from(
      { length: 16 },
      (_, number) => `.b${number}{fill:${colourOf(palette, number)};fill-opacity:.25}`,
    ),
    `.i{fill:${frame}}`,
  ].join('');

const styles = [
  "text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}",
  '.s{font-weight:700}.k{font-style:italic}.u{text-decoration:underline}',
  styleOf(light, '#fcfcfd', '#d5dae0', '#24292f'),
  `@media(prefers-color-scheme:dark){${styleOf(dark, '#12161c', '#3a424d', '#dbe2ea')}}`,
].join('');

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const attribute = (text: string): string => escaped(text).replaceAll('"', '&quot;');

const rounded = (value: number): string => String(Math.round(value * 10) / 10);

function classesOf(run: Run): string {
  const colour = typeof run.foreground === 'number' ? [`c${run.foreground}`] : run.dim ? ['d'] : [];
  const looks = [run.bold ? 's' : '', run.italic ? 'k' : '', run.underline ? 'u' : ''];
  return [...colour, ...looks].filter((name) => name !== '').join(' ');
}

/** One run: its ground where it has one, then its text, stretched to the width of its cells whatever the font is. */
function drawn(run: Run, column: number, row: number): string {
  const width = displayWidth(run.text);
  const x = margin.x + column * cell.width;
  const top = margin.top + row * cell.height;
  const ground = run.inverse ? 'i' : typeof run.background === 'number' ? `b${run.background}` : '';
  const box =
    ground === ''
      ? ''
      : `<rect class="${ground}" x="${rounded(x)}" y="${top}" width="${rounded(width * cell.width)}" height="${cell.height}"/>`;
  const words = run.text.trimEnd();
  if (words.trim() === '') return box;
  const lead = words.length - words.trimStart().length;
  const at = rounded(x + lead * cell.width);
  const shown = words.trimStart();
  const classes = classesOf(run);
  const look = classes === '' ? '' : ` class="${classes}"`;
  const length = rounded(displayWidth(shown) * cell.width);
  return `${box}<text x="${at}" y="${top + cell.baseline}" textLength="${length}" lengthAdjust="spacingAndGlyphs"${look}>${escaped(shown)}</text>`;
}

/**
 * A picture of what a terminal shows, as an SVG whose text can be selected, found and read aloud; light or dark as the
 * reader's system is. `text` is as `tmux capture-pane -e` gives it; `title` stands in the bar.
 */
export function terminalSvg(text: string, title: string, description: string): string {
  const lines = readAnsi(text.trimEnd());
  const columns = Math.max(60, ...lines.map((runs) => displayWidth(runs.map((run) => run.text).join(''))));
  const width = Math.ceil(2 * margin.x + columns * cell.width);
  const height = margin.top + lines.length * cell.height + margin.bottom;
  const body = lines.map((runs, row) => {
    let column = 0;
    return runs
      .map((run) => {
        const piece = drawn(run, column, row);
        column += displayWidth(run.text);
        return piece;
      })
      .join('');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${attribute(description)}">`,
    `<style>${styles}</style>`,
    `<rect class="g" x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    `<text class="t" x="${margin.x}" y="26">${escaped(title)}</text>`,
    ...body.filter((line) => line !== ''),
    '</svg>',
    '',
  ].join('\n');
}
