import { useState } from 'react';
import type { CallError } from '../../api.ts';
import { Failure } from '../../parts/answer.tsx';
import { Modal } from '../../parts/modal.tsx';
import { asCallError } from '../../use-call.ts';
import { keyHelp } from './keys.ts';

export function KeyHelp({ onClose }: { onClose: () => void }) {
  return (
    <Modal title="Keys" onClose={onClose}>
      <dl className="keys">
        {keyHelp.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={onClose}>
        Close
      </button>
    </Modal>
  );
}

/** Asks for one line. `onGive` may reject: then it says why, and stays. */
function Ask({
  title,
  label,
  hint,
  action,
  initial = '',
  onGive,
  onClose,
}: {
  title: string;
  label: string;
  hint: string;
  action: string;
  initial?: string;
  onGive: (given: string) => Promise<void>;
  onClose: () => void;
}) {
  const [given, setGiven] = useState(initial);
  const [error, setError] = useState<CallError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const give = async (): Promise<void> => {
    setBusy(true);
    try {
      await onGive(given.trim());
      onClose();
    } catch (failed) {
      setError(asCallError(failed));
      setBusy(false);
    }
  };
  return (
    <Modal title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (given.trim() !== '') void give();
        }}
      >
        <label className="field">
          <span>{label}</span>
          <input value={given} maxLength={200} onChange={({ target }) => setGiven(target.value)} />
        </label>
        <p className="quiet">{hint}</p>
        {error !== null && <Failure error={error} />}
        <div className="buttons end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="main" disabled={isBusy || given.trim() === ''}>
            {action}
          </button>
        </div>
      </form>
    </Modal>
  );
}

export function BranchDialog({
  step,
  onBranch,
  onClose,
}: {
  /** Number of the step, from 1. */
  step: number;
  onBranch: (name: string) => Promise<void>;
  onClose: () => void;
}) {
  return (
    <Ask
      title={`Branch from step ${step}`}
      label="Name"
      hint="The branch sees the shared memory as it was when this step was recorded. Nothing is copied, and nobody else sees it until it is merged."
      action="Create branch"
      initial={`what-if-${step}`}
      onGive={onBranch}
      onClose={onClose}
    />
  );
}

export function MomentDialog({
  onSeek,
  onClose,
}: {
  onSeek: (moment: string) => Promise<void>;
  onClose: () => void;
}) {
  return (
    <Ask
      title="Go to a time"
      label="Time"
      hint="14:30 on the day of this step, 2026-05-01T10:00, 2026-05-01, or 2h, 3d, 1w ago."
      action="Go"
      onGive={onSeek}
      onClose={onClose}
    />
  );
}
