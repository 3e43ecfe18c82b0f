import { durationText } from '../../core/amount-text.ts';
import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { countText, plural, sizeText } from './size.ts';
import { renderFacts } from './table.ts';
import type { View } from './view.ts';

const countsOf = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([type, count]) => `${safeLine(type)} ${countText(count)}`)
    .join(', ');

/** Names that are shown; of more the number is said. */
const mostNames = 5;

function namesOf(names: readonly string[], view: View): string | null {
  if (names.length === 0) return null;
  const more = names.length > mostNames ? ` and ${countText(names.length - mostNames)} more` : '';
  return view.paint.yellow(names.slice(0, mostNames).map(safeLine).join(', ') + more);
}

function unboundOf({ unbound }: OutputOf<'import.run'>, view: View): string | null {
  if (unbound.length === 0) return null;
  const files = unbound.reduce((sum, one) => sum + one.files, 0);
  const names = namesOf(
    unbound.map(({ directory }) => directory),
    view,
  );
  return `${plural(files, 'file')} of ${names}; hivemind workspace create NAME there, then import again`;
}

export function renderImport(output: OutputOf<'import.run'>, view: View): string {
  const read = `${plural(output.files, 'file')}, ${sizeText(output.bytes)}, ${plural(output.lines, 'line')}`;
  const seconds = output.durationMs / 1000;
  const speed = seconds > 0.1 ? ` (${sizeText(Math.round(output.bytes / seconds))}/s)` : '';
  return renderFacts(
    [
      ['workspace', view.paint.bold(output.workspaces.map(safeLine).join(', ')) || null],
      ['read', `${read} in ${durationText(output.durationMs)}${speed}`],
      ['read before', output.unchanged === 0 ? null : plural(output.unchanged, 'file')],
      ['added', view.paint.green(plural(output.appended, 'event'))],
      ['already there', countText(output.duplicates)],
      ['bookkeeping lines', countText(output.skipped)],
      ['damaged lines', output.damaged === 0 ? null : view.paint.yellow(countText(output.damaged))],
      ...Object.entries(output.kinds).map(([agent, kinds]): [string, string] => [agent, countsOf(kinds)]),
      ...Object.entries(output.unknown).map(([agent, types]): [string, string] => [
        `unknown of ${agent}`,
        view.paint.yellow(countsOf(types)),
      ]),
      ['no known form', namesOf(output.unrecognised, view)],
      ['of no workspace', unboundOf(output, view)],
    ],
    view,
  );
}
