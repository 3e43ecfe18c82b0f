import { Nothing } from '../../parts/answer.tsx';
import { Talk } from './comment.tsx';
import { CommentForm } from './comment-form.tsx';
import { useReview } from './in-review.ts';
import { StepPeek } from './step-peek.tsx';

/** Everything that was said of the branch, oldest first, and a form to say more: of the whole, or of a step. */
export function TalkSection() {
  const { threads, reviewed } = useReview();
  const event = reviewed.query.get('event');
  const isStep = event !== null && /^(evt_)?[0-9a-f]{6,32}$/.test(event);
  return (
    <div className="talk">
      {threads.length === 0 && <Nothing>Nobody has said anything yet.</Nothing>}
      {threads.map((thread) => (
        <Talk key={thread.root.event} thread={thread} withPlace />
      ))}
      {isStep ? (
        <>
          <h2>On a step</h2>
          <StepPeek workspace={reviewed.workspace} branch={reviewed.name} event={event} />
          <CommentForm place={{ event }} label="Comment on this step" />
          <button type="button" className="plain" onClick={() => reviewed.ask({ event: null })}>
            On the whole instead
          </button>
        </>
      ) : (
        <CommentForm label="Comment on the whole" />
      )}
    </div>
  );
}
