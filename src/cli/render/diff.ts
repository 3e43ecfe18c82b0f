import { safeText } from '../../core/safe-text.ts';
import type { DiffLine } from '../../core/step-view.ts';
import type { Paint } from './paint.ts';
import type { View } from './view.ts';

const INDENT = '    ';

function paintDiffLine({ kind, text }: DiffLine, paint: Paint): string {
  if (kind === 'add') return paint.green(text);
  if (kind === 'remove') return paint.red(text);
  return kind === 'hunk' ? paint.cyan(text) : text;
}

export const renderDiffLines = (lines: readonly DiffLine[], view: View): string =>
  lines.map((line) => INDENT + paintDiffLine(line, view.paint)).join('\n');

function kindOf(line: string): DiffLine['kind'] {
  if (line.startsWith('@@')) return 'hunk';
  if (line.startsWith('+') && !line.startsWith('+++')) return 'add';
  return line.startsWith('-') && !line.startsWith('---') ? 'remove' : 'context';
}

/** A unified diff as text, coloured and indented. */
export const renderDiffText = (diff: string, view: View): string =>
  renderDiffLines(
    safeText(diff)
      .replace(/\n$/, '')
      .split('\n')
      .map((text) => ({ kind: kindOf(text), text })),
    view,
  );
