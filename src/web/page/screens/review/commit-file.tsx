import { useMemo, useState } from 'react';
import { lineOf } from '../../parts/said.tsx';
import { Talk } from './comment.tsx';
import { Added, changeText, type FileOfCommit } from './commit-counts.tsx';
import { CommitLines } from './commit-lines.tsx';
import { type Row, rowsOf } from './diff-rows.ts';
import { useReview } from './in-review.ts';
import { isSameCommit } from './threads.ts';

/** A file of a commit, line by line, with what was said of its lines. */
export function CommitFile({
  id,
  sha,
  file,
  isOpenFirst,
}: {
  id: string;
  sha: string;
  file: FileOfCommit;
  isOpenFirst: boolean;
}) {
  const { threads } = useReview();
  const [isOpen, setIsOpen] = useState(isOpenFirst);
  const rows = useMemo<Row[]>(() => (isOpen ? rowsOf(file.hunks) : []), [isOpen, file]);
  const here = threads.filter(
    ({ root }) => isSameCommit(root.place?.commit, sha) && root.place?.path === file.path,
  );
  const lines = new Set(rows.map(({ after }) => after));
  const elsewhere = here.filter(({ root }) => !lines.has(root.place?.line ?? -1));
  const name = lineOf(file.path, 300);
  return (
    <section className="commit-file" id={id} aria-label={name}>
      <header>
        <button type="button" className="plain" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          <bdi>{name}</bdi>
        </button>
        <span className="quiet">{changeText(file)}</span>
        <Added file={file} />
      </header>
      {isOpen && (
        <>
          {file.isBinary ? (
            <p className="quiet">Not text.</p>
          ) : rows.length === 0 ? (
            <p className="quiet">No line is changed.</p>
          ) : (
            <CommitLines sha={sha} path={file.path} rows={rows} threads={here} />
          )}
          {file.isCut && <p className="quiet">The rest of this file is not shown: it is very large.</p>}
          {elsewhere.map((thread) => (
            <Talk key={thread.root.event} thread={thread} withPlace />
          ))}
        </>
      )}
    </section>
  );
}
