import { useEffect, useId, useState } from 'react';
import { plural } from '../../../../core/amount-text.ts';
import type { OutputOf } from '../../../../schema/operation.ts';
import { type CallError, call } from '../../api.ts';
import { Failure } from '../../parts/answer.tsx';
import { Modal } from '../../parts/modal.tsx';
import { lineOf } from '../../parts/said.tsx';
import { asCallError } from '../../use-call.ts';
import { useReview } from './in-review.ts';
import { recordsOf } from './numbers.ts';
import { RuleList } from './rules.tsx';
import { hasChangedSince, StaleNote } from './stale-note.tsx';

export type MergeResult = OutputOf<'merge.resolve'>;

/** Says what the merge would do, by trying it without writing, and does it when that is wanted. */
export function MergeDialog({
  onClose,
  onMerged,
}: {
  onClose: () => void;
  onMerged: (result: MergeResult) => void;
}) {
  const { review, reviewed, settled, refresh } = useReview();
  const { workspace, name, into } = reviewed;
  // Both as they were when the dialog opened: what is merged is what it says.
  const [resolutions] = useState(settled);
  const [head] = useState(review.head);
  const [tried, setTried] = useState<MergeResult | null>(null);
  const [error, setError] = useState<CallError | null>(null);
  const [message, setMessage] = useState('');
  const [isMerging, setIsMerging] = useState(false);
  const id = useId();
  const fail = (failed: unknown): void => {
    const known = asCallError(failed);
    setError(known);
    if (hasChangedSince(known)) refresh();
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is tried once, as the dialog opens
  useEffect(() => {
    const gone = new AbortController();
    call(
      'merge.run',
      { workspace, name, into, strategy: 'manual', resolutions, head, 'dry-run': true },
      gone.signal,
    ).then(setTried, (failed: unknown) => {
      if (!gone.signal.aborted) fail(failed);
    });
    return () => gone.abort();
  }, []);
  const merge = async (): Promise<void> => {
    setIsMerging(true);
    try {
      const said = message.trim() === '' ? {} : { message: message.trim() };
      const result = await call('merge.resolve', { workspace, name, into, resolutions, head, ...said });
      setTried(result);
      refresh();
      if (result.outcome === 'merged' || result.outcome === 'up-to-date') onMerged(result);
    } catch (failed) {
      fail(failed);
    } finally {
      setIsMerging(false);
    }
  };
  const canMerge = tried?.outcome === 'would-merge' && !isMerging && error === null;
  return (
    <Modal title={`Merge ${lineOf(name, 120)} into ${lineOf(into, 120)}`} onClose={onClose}>
      {error !== null &&
        (hasChangedSince(error) ? <StaleNote error={error} onClose={onClose} /> : <Failure error={error} />)}
      {tried === null && error === null && (
        <p className="quiet" role="status">
          Trying it, without writing anything…
        </p>
      )}
      {tried !== null && <Outcome tried={tried} onClose={onClose} />}
      {tried?.outcome === 'would-merge' && (
        <label className="field" htmlFor={id}>
          <span>Why, for the record (may be empty)</span>
          <input
            id={id}
            maxLength={4000}
            value={message}
            onChange={({ target }) => setMessage(target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && canMerge) void merge();
            }}
          />
        </label>
      )}
      <div className="buttons end">
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        {(tried === null || tried.outcome === 'would-merge') && (
          <button type="button" className="main" disabled={!canMerge} onClick={() => void merge()}>
            {isMerging ? 'Merging…' : 'Merge'}
          </button>
        )}
      </div>
    </Modal>
  );
}

/** What a trial, or the merge itself, says. */
function Outcome({ tried, onClose }: { tried: MergeResult; onClose: () => void }) {
  const { reviewed } = useReview();
  const { outcome, conflicts, verdicts } = tried;
  if (outcome === 'up-to-date')
    return <p>{lineOf(reviewed.into, 80)} sees everything on it already: there is nothing to merge.</p>;
  if (outcome === 'conflicts')
    return (
      <div className="notice" role="alert">
        <p>{plural(conflicts.length, 'conflict')} not settled. Nothing is merged before all are.</p>
        <button
          type="button"
          className="main"
          onClick={() => {
            reviewed.ask({ tab: 'conflicts' });
            onClose();
          }}
        >
          Settle them
        </button>
      </div>
    );
  if (outcome === 'refused')
    return (
      <div role="alert">
        <p>A rule of the workspace says no. Nothing is merged.</p>
        <RuleList verdicts={verdicts} />
      </div>
    );
  return <WhatHappens tried={tried} />;
}

function WhatHappens({ tried }: { tried: MergeResult }) {
  const { into, events, changes, settled } = tried;
  const fields = plural(changes.length, 'field');
  return (
    <ul className="what-happens">
      <li>
        <strong>{plural(events, 'event')}</strong> become visible to everybody on {lineOf(into, 80)}
      </li>
      <li>
        {changes.length === 0
          ? 'no plan item, decision or convention changes'
          : `${fields} of ${plural(recordsOf(changes).length, 'record')} change`}
      </li>
      {settled.length > 0 && <li>{plural(settled.length, 'conflict')} settled as you said</li>}
      <li className="quiet">It is one event, all or nothing; the branch stays as it is.</li>
    </ul>
  );
}
