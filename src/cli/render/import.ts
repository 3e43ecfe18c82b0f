import { safeLine } from '../../core/safe-text.ts';
import { durationText } from '../../core/step-view.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { countText, plural, sizeText } from './size.ts';
import { renderFacts } from './table.ts';
import type { View } from './view.ts';

export function renderImport(output: OutputOf<'import.run'>, view: View): string {
  const kinds = Object.entries(output.kinds)
    .sort(([, a], [, b]) => b - a)
    .map(([type, count]) => `${safeLine(type)} ${countText(count)}`);
  const read = `${plural(output.files, 'file')}, ${sizeText(output.bytes)}, ${plural(output.lines, 'line')}`;
  return renderFacts(
    [
      ['workspace', view.paint.bold(safeLine(output.workspace))],
      ['read', `${read} in ${durationText(output.durationMs)}`],
      ['added', view.paint.green(plural(output.appended, 'event'))],
      ['already there', countText(output.duplicates)],
      ['bookkeeping lines', countText(output.skipped)],
      ['damaged lines', output.damaged === 0 ? null : view.paint.yellow(countText(output.damaged))],
      ['by type', kinds.length === 0 ? null : kinds.join(', ')],
    ],
    view,
  );
}
