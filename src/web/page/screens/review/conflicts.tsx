import { useState } from 'react';
import { plural } from '../../../../core/amount-text.ts';
import { Nothing } from '../../parts/answer.tsx';
import { Mark } from '../../parts/mark.tsx';
import { moveFocus, useKeys } from '../../use-keys.ts';
import { ConflictCard } from './conflict-card.tsx';
import { useReview } from './in-review.ts';

const shownConflicts = 50;

/** What both sides have changed, side by side, and how each is to be settled. */
export function Conflicts({ merge }: { merge: () => void }) {
  const { review, settled, settle } = useReview();
  const [most, setMost] = useState(shownConflicts);
  const { conflicts } = review;
  const open = conflicts.filter(({ id }) => settled[id] === undefined);
  useKeys({
    j: () => moveFocus('.conflict', 1),
    k: () => moveFocus('.conflict', -1),
    n: () => document.querySelector<HTMLElement>('.conflict:not([data-settled])')?.focus(),
    o: () => take('ours'),
    t: () => take('theirs'),
    b: () => take('both'),
    e: () => take('value'),
    u: () => take('undo'),
  });
  if (conflicts.length === 0) return <Nothing>Nothing was changed on both sides.</Nothing>;
  return (
    <>
      <div className="conflicts-head">
        <p role="status">
          {open.length === 0 ? (
            <span className="good">
              <Mark name="yes" /> All {plural(conflicts.length, 'conflict')} settled
            </span>
          ) : (
            <>
              <strong>{open.length.toLocaleString()}</strong> of {plural(conflicts.length, 'conflict')} not
              settled
            </>
          )}
        </p>
        {open.length > 0 && (
          <button
            type="button"
            onClick={() => {
              for (const { id, latest } of open) settle(id, { take: latest });
            }}
          >
            Take the later value of the rest
          </button>
        )}
        <button type="button" className="main" disabled={open.length > 0} onClick={merge}>
          Merge…
        </button>
        <span className="quiet keys">
          <kbd>j</kbd> <kbd>k</kbd> move · <kbd>o</kbd> ours · <kbd>t</kbd> theirs · <kbd>b</kbd> both ·{' '}
          <kbd>e</kbd> another value · <kbd>u</kbd> undo · <kbd>n</kbd> next open
        </span>
      </div>
      {conflicts.slice(0, most).map((conflict) => (
        <ConflictCard key={conflict.id} conflict={conflict} />
      ))}
      {conflicts.length > most && (
        <button type="button" onClick={() => setMost(most + shownConflicts)}>
          {plural(conflicts.length - most, 'more conflict')}
        </button>
      )}
    </>
  );
}

/** Presses a choice of the conflict that has the focus. */
function take(choice: 'ours' | 'theirs' | 'both' | 'value' | 'undo'): void {
  const card = document.activeElement?.closest('.conflict');
  card?.querySelector<HTMLElement>(`[data-take="${choice}"]`)?.click();
}
