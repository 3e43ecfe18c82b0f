import { useId } from 'react';
import { type State, states } from './in-plan.ts';

/** What is said of an item beside its title; a priority of null is the usual one. */
export interface ItemFieldValues {
  state: State;
  priority: number | null;
  owner: string;
  note: string;
}

/** State, priority, owner and note of an item; `canBeUsual`: no priority of its own can be chosen. */
export function ItemFields({
  values: { state, priority, owner, note },
  canBeUsual,
  noteRows,
  onChange,
}: {
  values: ItemFieldValues;
  canBeUsual: boolean;
  noteRows: number;
  onChange: (change: Partial<ItemFieldValues>) => void;
}) {
  const id = useId();
  return (
    <>
      <div className="item-fields">
        <label className="field" htmlFor={`${id}state`}>
          <span>State</span>
          <select
            id={`${id}state`}
            value={state}
            onChange={({ target }) => onChange({ state: target.value as State })}
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
            value={priority ?? ''}
            onChange={({ target }) =>
              onChange({ priority: target.value === '' ? null : Number(target.value) })
            }
          >
            {canBeUsual && <option value="">usual (2)</option>}
            {[0, 1, 2, 3, 4].map((one) => (
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
            onChange={({ target }) => onChange({ owner: target.value })}
          />
        </label>
      </div>
      <label className="field" htmlFor={`${id}note`}>
        <span>Note</span>
        <textarea
          id={`${id}note`}
          rows={noteRows}
          maxLength={8000}
          value={note}
          onChange={({ target }) => onChange({ note: target.value })}
        />
      </label>
    </>
  );
}
