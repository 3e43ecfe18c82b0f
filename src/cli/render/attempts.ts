import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { AttemptRow } from '../../schema/operations/attempt.ts';
import { renderEntry } from './entry.ts';
import { plural } from './size.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

const outcomeStyle = { worked: 'green', failed: 'red', abandoned: 'yellow' } as const;

const holdsText = ({ files, commit }: AttemptRow['holds']): string => {
  const parts = [
    files === 'unknown'
      ? ''
      : files === 'same'
        ? 'files are the same'
        : `files have ${files === 'gone' ? 'gone' : 'changed'}`,
    commit === 'unknown'
      ? ''
      : commit === 'ancestor'
        ? 'commit is in the history'
        : 'commit is not in the history',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'cannot be told here' : parts.join(', ');
};

export function renderAttempt(row: AttemptRow, view: View): string[] {
  const { paint } = view;
  const how = row.derived === null ? 'told' : row.derived;
  const lead = `${row.outcome.padEnd(9)}  `;
  const part = (label: string, text: string): string[] =>
    text === ''
      ? []
      : renderEntry({ indent: 2, lead: label.padEnd(9), leadStyle: paint.dim, text: safeLine(text) }, view);
  return [
    ...renderEntry(
      { indent: 0, lead, leadStyle: paint[outcomeStyle[row.outcome]], text: safeLine(row.approach) },
      view,
    ),
    ...part('because', row.reason),
    ...part('instead', row.instead),
    ...row.failed.flatMap((one) => part('failed', one)),
    ...part('paths', row.paths.join(', ')),
    ...part('holds', holdsText(row.holds)),
    ...part(
      'from',
      [
        how,
        row.agent,
        agoText(row.at, view.now),
        row.branch,
        row.id,
        ...row.evidence.map((id) => id.slice(-8)),
      ].join('  '),
    ),
  ];
}

export function renderAttempts(
  { attempts, matched, note, branch }: OutputOf<'attempt.list'>,
  view: View,
): string {
  if (attempts.length === 0) return safeLine(note);
  const more = matched > attempts.length ? ` of ${matched} (--limit shows more)` : '';
  return [
    ...attempts.map((row) => renderAttempt(row, view).join('\n')),
    view.paint.dim(
      `${plural(attempts.length, 'attempt')}${more} on ${safeLine(branch)}. The evidence: hivemind show ID`,
    ),
  ].join('\n\n');
}
