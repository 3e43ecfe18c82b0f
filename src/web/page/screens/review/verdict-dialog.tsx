import { useId, useState } from 'react';
import { plural } from '../../../../core/amount-text.ts';
import { type CallError, call } from '../../api.ts';
import { Failure } from '../../parts/answer.tsx';
import { Modal } from '../../parts/modal.tsx';
import { lineOf } from '../../parts/said.tsx';
import { asCallError } from '../../use-call.ts';
import { useReview } from './in-review.ts';

import { hasChangedSince, StaleNote } from './stale-note.tsx';

const words = {
  approve: { title: 'Approve', label: 'Comment (may be empty)', button: 'Approve' },
  ask: { title: 'Ask for changes', label: 'What has to change', button: 'Ask for changes' },
} as const;

/** Says yes, or asks for changes, of what the branch was when it was looked at. */
export function VerdictDialog({ verdict, onClose }: { verdict: keyof typeof words; onClose: () => void }) {
  const { review, reviewed, refresh } = useReview();
  const { workspace, name, into } = reviewed;
  // What was looked at when the dialog opened, whatever is loaded behind it.
  const [head] = useState(review.head);
  const [comment, setComment] = useState('');
  const [error, setError] = useState<CallError | null>(null);
  const [isSending, setIsSending] = useState(false);
  const id = useId();
  const { title, label, button } = words[verdict];
  const isReady = !isSending && (verdict === 'approve' || comment.trim() !== '');
  const send = async (): Promise<void> => {
    if (!isReady) return;
    setIsSending(true);
    setError(null);
    try {
      await call(`review.${verdict}`, { workspace, name, into, head, comment });
      refresh();
      onClose();
    } catch (failed) {
      const known = asCallError(failed);
      setError(known);
      if (hasChangedSince(known)) refresh();
    } finally {
      setIsSending(false);
    }
  };
  return (
    <Modal title={`${title}: ${lineOf(name, 120)}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <p>
          {verdict === 'approve'
            ? `You say yes to merging it into ${lineOf(into, 80)} as it is now, ${plural(review.ahead, 'event')} ahead. When it changes, this counts no more. Nothing is merged by it.`
            : `Whoever works on it is told what has to change before it goes into ${lineOf(into, 80)}.`}
        </p>
        <p className="quiet">
          It is written as an event on {lineOf(into, 80)}, under the name of this machine’s user; as it is not
          signed it is shown as <em>unverified</em>.
        </p>
        <label className="field" htmlFor={id}>
          <span>{label}</span>
          <textarea
            id={id}
            rows={4}
            maxLength={20_000}
            value={comment}
            onChange={({ target }) => setComment(target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void send();
            }}
          />
        </label>
        {error !== null &&
          (hasChangedSince(error) ? (
            <StaleNote error={error} onClose={onClose} />
          ) : (
            <Failure error={error} />
          ))}
        <div className="buttons end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            className="main"
            disabled={!isReady || (error !== null && hasChangedSince(error))}
          >
            {button}
          </button>
        </div>
      </form>
    </Modal>
  );
}
