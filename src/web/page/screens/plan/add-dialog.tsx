import { useId, useState } from 'react';
import { type CallError, call } from '../../api.ts';
import { Failure } from '../../parts/answer.tsx';
import { Modal } from '../../parts/modal.tsx';
import { asCallError } from '../../use-call.ts';
import { useWhere } from '../../where.tsx';
import type { State } from './in-plan.ts';
import { ItemFields, type ItemFieldValues } from './item-fields.tsx';

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
  const [values, setValues] = useState<ItemFieldValues>({
    state: first,
    priority: null,
    owner: '',
    note: '',
  });
  const [error, setError] = useState<CallError | null>(null);
  const [isSending, setIsSending] = useState(false);
  const id = useId();
  const add = async (): Promise<void> => {
    if (title.trim() === '' || isSending) return;
    setIsSending(true);
    setError(null);
    const { state, priority, owner, note } = values;
    try {
      const { item } = await call('plan.add', {
        ...where,
        title: title.trim(),
        state,
        ...(note.trim() === '' ? {} : { note }),
        ...(owner.trim() === '' ? {} : { owner: owner.trim() }),
        ...(priority === null ? {} : { priority }),
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
        <ItemFields
          values={values}
          canBeUsual
          noteRows={3}
          onChange={(change) => setValues((before) => ({ ...before, ...change }))}
        />
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
