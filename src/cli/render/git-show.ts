import { safeLine, safeText } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { CommitFile } from '../../schema/operations/git.ts';
import { renderCommit } from './log.ts';
import { plural } from './size.ts';
import type { View } from './view.ts';

export function renderCommitShown(output: OutputOf<'git.show'>, view: View): string {
  const { commit, message, files, total, parents } = output;
  const body = safeText(message).split('\n').slice(1).join('\n').trim();
  const hidden = total - files.length;
  return [
    ...renderCommit(commit, view),
    ...(body === '' ? [] : ['', ...body.split('\n').map((line) => `  ${line}`.trimEnd())]),
    '',
    view.paint.dim(
      `${plural(total, 'file')}${parents.length > 1 ? ', against the first of its parents' : ''}`,
    ),
    ...files.flatMap((file) => fileLines(file, view)),
    ...(hidden > 0 ? ['', view.paint.dim(`${plural(hidden, 'more file')} not shown: --path FOLDER`)] : []),
  ].join('\n');
}

function fileLines(file: CommitFile, view: View): string[] {
  const { paint } = view;
  const name = file.from === null ? safeLine(file.path) : `${safeLine(file.from)} → ${safeLine(file.path)}`;
  const size = file.isBinary ? 'binary' : `${paint.green(`+${file.added}`)} ${paint.red(`-${file.removed}`)}`;
  return [
    '',
    `${paint.bold(name)}  ${file.change}  ${size}`,
    ...file.hunks.flatMap((hunk) => hunkLines(hunk, view)),
    ...(file.isCut ? [paint.dim('… there is more: git show has all of it')] : []),
  ];
}

function hunkLines(
  { oldStart, oldLines, newStart, newLines, lines }: CommitFile['hunks'][number],
  { paint }: View,
): string[] {
  return [
    paint.cyan(`@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`),
    ...lines.map((line) => {
      // A carriage return or an escape of a file's content must not reach the terminal.
      const text = safeText(line).replaceAll('\n', ' ');
      return line.startsWith('+') ? paint.green(text) : line.startsWith('-') ? paint.red(text) : text;
    }),
  ];
}
