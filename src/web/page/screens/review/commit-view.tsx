import { useState } from 'react';
import { plural } from '../../../../core/amount-text.ts';
import { Answer } from '../../parts/answer.tsx';
import { Mark } from '../../parts/mark.tsx';
import { lineOf, Said } from '../../parts/said.tsx';
import { useCall } from '../../use-call.ts';
import { Talk } from './comment.tsx';
import { CommentForm } from './comment-form.tsx';
import { Added, changeText, type FileOfCommit } from './commit-counts.tsx';
import { CommitFile } from './commit-file.tsx';
import { useReview } from './in-review.ts';

import { threadsAt } from './threads.ts';

/** So many files are open at first; the others are a click away. */
const openFiles = 20;
/** So many files are listed. */
const listedFiles = 300;

/** A git commit: its message, its files, what changed in each. */
export function CommitView({ sha }: { sha: string }) {
  const { reviewed, threads } = useReview();
  const { workspace, name } = reviewed;
  const [isCommenting, setIsCommenting] = useState(false);
  const called = useCall('git.show', { workspace, branch: name, commit: sha });
  const here = { commit: sha };
  return (
    <div className="commit-view">
      <Answer called={called}>
        {({ message, files, total }) => (
          <>
            {rest(message) !== '' && <Said text={rest(message)} className="commit-message" />}
            {threadsAt(threads, here).map((thread) => (
              <Talk key={thread.root.event} thread={thread} />
            ))}
            {isCommenting ? (
              <CommentForm place={here} onDone={() => setIsCommenting(false)} />
            ) : (
              <button type="button" className="plain" onClick={() => setIsCommenting(true)}>
                <Mark name="talk" /> Comment on this commit
              </button>
            )}
            <FileList files={files.slice(0, listedFiles)} total={total} sha={sha} />
            {files.slice(0, listedFiles).map((file, index) => (
              <CommitFile
                key={file.path}
                id={fileId(sha, index)}
                sha={sha}
                file={file}
                isOpenFirst={index < openFiles}
              />
            ))}
          </>
        )}
      </Answer>
    </div>
  );
}

/** The message without its first line, which is shown above. */
const rest = (message: string): string => {
  const end = message.indexOf('\n');
  return end === -1 ? '' : message.slice(end).trim();
};

const fileId = (sha: string, index: number): string => `file-${sha.slice(0, 10)}-${index}`;

function FileList({ files, total, sha }: { files: readonly FileOfCommit[]; total: number; sha: string }) {
  return (
    <nav className="commit-files" aria-label="Files of the commit">
      <ul>
        {files.map((file, index) => (
          <li key={file.path}>
            <button
              type="button"
              className="plain"
              onClick={() => {
                const section = document.getElementById(fileId(sha, index));
                section?.scrollIntoView({ block: 'start' });
                section?.querySelector<HTMLElement>('button')?.focus();
              }}
            >
              <bdi>{lineOf(file.path, 300)}</bdi>
            </button>{' '}
            <span className="quiet">{changeText(file)}</span> <Added file={file} />
          </li>
        ))}
      </ul>
      {total > files.length && <p className="quiet">{plural(total - files.length, 'more file')} not shown</p>}
    </nav>
  );
}
