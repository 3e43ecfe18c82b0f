import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { percent, plural } from './size.ts';
import { renderFacts } from './table.ts';
import type { View } from './view.ts';

type Output = OutputOf<'stats.warnings'>;

function halfText({ fired, ended, failed, revertedSoon, changedCourse, precision }: Output['shown']): string {
  if (fired === 0) return 'none';
  const parts = [
    failed > 0 ? `${failed} failed` : '',
    revertedSoon > 0 ? `${revertedSoon} taken back` : '',
    changedCourse > 0 ? `${changedCourse} done otherwise` : '',
  ].filter((part) => part !== '');
  const ends = parts.length === 0 ? '' : `: ${parts.join(', ')}`;
  return `${fired}, right in ${percent(precision)} of ${ended} that ended${ends}`;
}

const timesText = ({ judged, p50Ms, p95Ms }: Output): string =>
  judged === 0
    ? 'none since the workspace was opened'
    : `${plural(judged, 'call')}, p50 ${p50Ms} ms, p95 ${p95Ms} ms`;

export const renderWarningStats = (output: Output, view: View): string =>
  renderFacts(
    [
      ['workspace', view.paint.bold(safeLine(output.workspace))],
      ['warnings', output.setting],
      ['fired', String(output.fired)],
      ['shown', halfText(output.shown)],
      ['held back', halfText(output.heldBack)],
      ['other sessions', output.otherSessions === null ? null : percent(output.otherSessions)],
      ['judged', timesText(output)],
    ],
    view,
  );
