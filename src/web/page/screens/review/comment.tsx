import { useState } from 'react';
import { Mark, type MarkName } from '../../parts/mark.tsx';
import { lineOf, Said } from '../../parts/said.tsx';
import { When } from '../../parts/when.tsx';
import { CommentForm } from './comment-form.tsx';
import type { ReviewEntry } from './in-review.ts';
import { PlaceChip } from './place-chip.tsx';
import type { Thread } from './threads.ts';

const verdicts: Record<ReviewEntry['verdict'], { text: string; mark: MarkName; tone: string }> = {
  approved: { text: 'approved', mark: 'yes', tone: 'good' },
  'changes-requested': { text: 'asked for changes', mark: 'no', tone: 'bad' },
  commented: { text: 'commented', mark: 'talk', tone: 'quiet' },
};

/** What is said beside what nobody has signed. */
const whyUnverified =
  'Not signed by a key that you know: whoever could open this page, or the command line of this machine, could have said so.';

/** Who said yes, no or something, and how sure that is. */
export function Verdict({ entry }: { entry: ReviewEntry }) {
  const { text, mark, tone } = verdicts[entry.verdict];
  return (
    <span className="verdict">
      <span className={tone}>
        <Mark name={mark} />
      </span>{' '}
      <strong>
        <bdi>{lineOf(entry.by, 60)}</bdi>
      </strong>{' '}
      {entry.actor === 'agent' && <span className="chip">agent</span>} <span>{text}</span>{' '}
      {entry.verdict !== 'commented' && (
        <span
          className={`chip ${entry.standing === 'verified' ? 'good' : ''}`}
          title={
            entry.standing === 'verified' ? `Signed by ${lineOf(entry.signer ?? '', 120)}` : whyUnverified
          }
        >
          {entry.standing}
        </span>
      )}{' '}
      {entry.actor === 'agent' && entry.verdict === 'approved' && (
        <span className="chip" title="What an agent approves is shown, and never counts.">
          does not count
        </span>
      )}{' '}
      {entry.isStale && entry.verdict !== 'commented' && (
        <span className="chip warn" title="The branch has changed since: it does not count any more.">
          of before a change
        </span>
      )}{' '}
      <span className="quiet">
        <When at={entry.at} />
      </span>
    </span>
  );
}

function Entry({ entry, withPlace }: { entry: ReviewEntry; withPlace: boolean }) {
  return (
    <article className="comment" id={entry.event}>
      <header>
        <Verdict entry={entry} /> {withPlace && entry.place !== null && <PlaceChip place={entry.place} />}
      </header>
      {entry.comment !== '' && <Said text={entry.comment} />}
    </article>
  );
}

/** Something that was said, what was answered, and a way to answer. */
export function Talk({ thread, withPlace = false }: { thread: Thread; withPlace?: boolean }) {
  const [isAnswering, setIsAnswering] = useState(false);
  const { root, replies } = thread;
  return (
    <div className="thread">
      <Entry entry={root} withPlace={withPlace} />
      {replies.map((entry) => (
        <div key={entry.event} className="reply">
          <Entry entry={entry} withPlace={false} />
        </div>
      ))}
      {isAnswering ? (
        <CommentForm replyTo={root.event} label="Reply" onDone={() => setIsAnswering(false)} />
      ) : (
        <button type="button" className="plain" onClick={() => setIsAnswering(true)}>
          Reply<span className="unseen"> to {lineOf(root.by, 60)}</span>
        </button>
      )}
    </div>
  );
}
