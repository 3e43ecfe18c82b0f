import { useId, useState } from 'react';
import { type CallError, call } from '../../api.ts';
import { Failure } from '../../parts/answer.tsx';
import { Modal } from '../../parts/modal.tsx';
import { asCallError } from '../../use-call.ts';
import { useWhere } from '../../where.tsx';
import { type State, states } from './in-plan.ts';

/** Puts something on the plan. */
export function AddDialog({
  first,
  onClose,
  onAdded,
}: {
  /** The column that it goes to unless another is chosen. */
  first: State;
  onClose: () => void;
  onAdded: (id: string) => void;
}) {
  const where = useWhere();
  const [title, setTitle] = useState('');
  const [note, setNote] = useState('');
  const [owner, setOwner] = useState('');
  const [state, setState] = useState(first);
  const [priority, setPriority] = useState('');
  const [error, setError] = useState<CallError | null>(null);
  const [isSending, setIsSending] = useState(false);
  const id = useId();
  const add = async (): Promise<void> => {
    if (title.trim() === '' || isSending) return;
    setIsSending(true);
    setError(null);
    try {
      const { item } = await call('plan.add', {
        ...where,
        title: title.trim(),
        state,
        ...(note.trim() === '' ? {} : { note }),
        ...(owner.trim() === '' ? {} : { owner: owner.trim() }),
        ...(priority === '' ? {} : { priority: Number(priority) }),
      });
      onAdded(item.id);
    } catch (failed) {
      setError(asCallError(failed));
      setIsSending(false);
    }
  };
  return (
    <Modal title="New plan item" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <label className="field" htmlFor={`${id}title`}>
          <span>What is to be done</span>
          <input
            id={`${id}title`}
            maxLength={500}
            required
            value={title}
            onChange={({ target }) => setTitle(target.value)}
          />
        </label>
        <div className="item-fields">
          <label className="field" htmlFor={`${id}state`}>
            <span>State</span>
            <select
              id={`${id}state`}
              value={state}
              onChange={({ target }) => setState(target.value as State)}
            >
              {states.map((one) => (
                <option key={one.state} value={one.state}>
                  {one.label}
                </option>
              ))}
            </select>
          </label>
          <label className="field" htmlFor={`${id}priority`}>
            <span>Priority (0 first)</span>
            <select
              id={`${id}priority`}
              value={priority}
              onChange={({ target }) => setPriority(target.value)}
            >
              <option value="">usual (2)</option>
              {['0', '1', '2', '3', '4'].map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </label>
          <label className="field" htmlFor={`${id}owner`}>
            <span>Owner</span>
            <input
              id={`${id}owner`}
              maxLength={200}
              placeholder="nobody"
              value={owner}
              onChange={({ target }) => setOwner(target.value)}
            />
          </label>
        </div>
        <label className="field" htmlFor={`${id}note`}>
          <span>Note</span>
          <textarea
            id={`${id}note`}
            rows={3}
            maxLength={8000}
            value={note}
            onChange={({ target }) => setNote(target.value)}
          />
        </label>
        {error !== null && <Failure error={error} />}
        <div className="buttons end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="main" disabled={title.trim() === '' || isSending}>
            Add
          </button>
        </div>
      </form>
    </Modal>
  );
}
