import { useId, useState } from 'react';
import { type CallError, call } from '../../api.ts';
import { Failure } from '../../parts/answer.tsx';
import { asCallError } from '../../use-call.ts';
import { type Place, useReview } from './in-review.ts';

const mostChars = 20_000;

/** Says something about a place of the review, or answers what somebody said. */
export function CommentForm({
  place = {},
  replyTo,
  label = 'Comment',
  onDone,
}: {
  place?: Place;
  replyTo?: string;
  label?: string;
  /** Called when it is said, or given up. Absent: the form stays. */
  onDone?: () => void;
}) {
  const { reviewed, refresh } = useReview();
  const [comment, setComment] = useState('');
  const [error, setError] = useState<CallError | null>(null);
  const [isSending, setIsSending] = useState(false);
  const id = useId();
  const send = async (): Promise<void> => {
    if (comment.trim() === '' || isSending) return;
    setIsSending(true);
    setError(null);
    try {
      const { workspace, name, into } = reviewed;
      await call('review.comment', {
        workspace,
        name,
        into,
        comment,
        ...place,
        ...(replyTo === undefined ? {} : { 'reply-to': replyTo }),
      });
      setComment('');
      refresh();
      onDone?.();
    } catch (failed) {
      setError(asCallError(failed));
    } finally {
      setIsSending(false);
    }
  };
  return (
    <form
      className="comment-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label htmlFor={id} className="unseen">
        {label}
      </label>
      <textarea
        id={id}
        rows={3}
        maxLength={mostChars}
        placeholder={label}
        value={comment}
        // biome-ignore lint/a11y/noAutofocus: a form that was just asked for is typed into
        autoFocus={onDone !== undefined}
        onChange={({ target }) => setComment(target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void send();
          if (event.key === 'Escape' && onDone !== undefined && comment === '') onDone();
        }}
      />
      {error !== null && <Failure error={error} />}
      <div className="buttons">
        <button type="submit" className="main" disabled={comment.trim() === '' || isSending}>
          {label}
        </button>
        {onDone !== undefined && (
          <button type="button" onClick={onDone}>
            Cancel
          </button>
        )}
        <span className="quiet keys">
          <kbd>Ctrl</kbd> <kbd>Enter</kbd>
        </span>
      </div>
    </form>
  );
}
