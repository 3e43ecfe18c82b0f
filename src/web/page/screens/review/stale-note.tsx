import type { CallError } from '../../api.ts';
import { lineOf } from '../../parts/said.tsx';

/** Whether a call was refused because things are not any more as they were looked at. */
export const hasChangedSince = ({ code }: CallError): boolean => code === 'FAILED_PRECONDITION';

/** Says so, and that what it is now is there to be looked at. */
export function StaleNote({ error, onClose }: { error: CallError; onClose: () => void }) {
  return (
    <div className="notice" role="alert">
      <p>{lineOf(error.message, 400)}</p>
      <p>Nothing was written. What it is now is shown behind this.</p>
      <button type="button" onClick={onClose}>
        Look at it
      </button>
    </div>
  );
}
