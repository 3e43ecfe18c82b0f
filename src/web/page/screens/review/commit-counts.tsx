import type { OutputOf } from '../../../../schema/operation.ts';
import { lineOf } from '../../parts/said.tsx';

export type FileOfCommit = OutputOf<'git.show'>['files'][number];

/** What was done to a file; empty where it was only changed. */
export function changeText({ change, from }: FileOfCommit): string {
  if (change === 'modified') return '';
  return from === null ? change : `${change} from ${lineOf(from, 200)}`;
}

/** Lines added and removed. */
export const Added = ({ file: { added, removed, isBinary } }: { file: FileOfCommit }) =>
  isBinary ? null : (
    <span className="added-removed">
      <span className="good">+{added.toLocaleString('en')}</span>{' '}
      <span className="bad">−{removed.toLocaleString('en')}</span>
    </span>
  );
