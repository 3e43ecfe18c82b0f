import { safeLine } from '../../core/safe-text.ts';
import { shellWord } from '../../core/shell-word.ts';
import type { InputOf, OutputOf } from '../../schema/operation.ts';
import type { CommitRow } from '../../schema/operations/git.ts';
import { renderEntry } from './entry.ts';
import { plural } from './size.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

const hashLength = 10;

/** A commit in one line, and below it each of its sessions in one. */
export function renderCommit({ sha, subject, author, at, sessions }: CommitRow, view: View): string[] {
  const { paint, now } = view;
  const head = renderEntry(
    {
      indent: 0,
      lead: `${sha.slice(0, hashLength)}  `,
      leadStyle: paint.yellow,
      text: safeLine(subject),
      tail: `${safeLine(author)}, ${agoText(at, now)}`,
      tailStyle: paint.dim,
    },
    view,
  );
  return [...head, ...sessions.flatMap((session) => sessionLines(session, view))];
}

function sessionLines(
  { session, agent, title, by, outcome, failures }: CommitRow['sessions'][number],
  view: View,
): string[] {
  const who = agent === null ? 'a session that is not seen from here' : safeLine(agent);
  const how = [
    `by ${by}`,
    ...(outcome === 'running' ? ['still running'] : []),
    ...(failures === 0 ? [] : [plural(failures, 'failure')]),
    session.slice(-8),
  ];
  return renderEntry(
    {
      indent: hashLength + 2,
      lead: `${who}  `,
      leadStyle: view.paint.cyan,
      text: safeLine(title) || '(no title)',
      tail: how.join(', '),
      tailStyle: view.paint.dim,
    },
    view,
  );
}

export function renderLog(output: OutputOf<'git.log'>, view: View, input: InputOf<'git.log'>): string {
  if (output.commits.length === 0) return 'No commits.';
  const named = output.commits.filter(({ sessions }) => sessions.length > 0).length;
  const path = input.path === undefined ? '' : ` ${shellWord(input.path)}`;
  const range = output.range === 'HEAD' ? '' : ` --range ${shellWord(output.range)}`;
  const more =
    output.next === null
      ? ''
      : ` More: hivemind log${path}${range} --skip ${output.next} -n ${input.limit ?? 20}`;
  return [
    ...output.commits.flatMap((commit) => renderCommit(commit, view)),
    '',
    view.paint.dim(
      `${plural(output.commits.length, 'commit')}, ${named} with sessions. A session: hivemind session show ID.${more}`,
    ),
  ].join('\n');
}
