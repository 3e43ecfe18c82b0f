import { safeLine, safeText } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { renderEntry } from './entry.ts';
import type { View } from './view.ts';

type Shown = OutputOf<'brief.show'>;

export const renderBrief = ({ text, workspace }: Shown): string =>
  safeText(text).trimEnd() || `There is nothing to tell yet in ${safeText(workspace)}.`;

/** Every line that was thought of, with why it is in the brief or not. */
export function renderBriefReasons(output: Shown, view: View): string {
  const { paint } = view;
  if (output.sections.length === 0) return renderBrief(output);
  const lines = output.sections.flatMap(({ heading, lines: all }) => [
    '',
    paint.bold(heading),
    ...all.flatMap(({ text, reason, told, leftOut, tokens }) =>
      renderEntry(
        {
          indent: 0,
          lead: told ? '+ ' : '- ',
          leadStyle: told ? paint.green : paint.dim,
          text: safeLine(text.replace(/^\* /, '')),
          style: told ? (part) => part : paint.dim,
          tail: `${safeLine(reason)}; ${tokens} tokens${told ? '' : `; left out: ${leftOut}`}`,
          tailStyle: paint.dim,
        },
        view,
      ),
    ),
  ]);
  const total = `${output.tokens} of ${output.budget} tokens on ${safeLine(output.branch)}; + is told, - is not`;
  return [paint.dim(total), ...lines].join('\n');
}
