import { useId, useState } from 'react';
import { lineOf } from '../../parts/said.tsx';
import { When } from '../../parts/when.tsx';
import { type Change, type Item, type State, states, usePlan } from './in-plan.ts';

type Draft = Pick<Change, 'title' | 'owner' | 'note'>;

/** Title, state, owner, priority and note of an item. Only what was typed is written: the rest follows the plan. */
export function ItemForm({ item }: { item: Item }) {
  const { change } = usePlan();
  const [draft, setDraft] = useState<Draft>({});
  const id = useId();
  const isChanged = Object.keys(draft).length > 0;
  const set = <F extends keyof Draft>(field: F, value: NonNullable<Draft[F]>, now: unknown): void =>
    setDraft(({ [field]: _before, ...others }) => (value === now ? others : { ...others, [field]: value }));
  const save = async (): Promise<void> => {
    if (isChanged && (await change(item, draft))) setDraft({});
  };
  return (
    <form
      className="item-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save();
      }}
    >
      <label className="field" htmlFor={`${id}title`}>
        <span>Title</span>
        <textarea
          id={`${id}title`}
          className="item-title"
          rows={2}
          maxLength={500}
          value={draft.title ?? item.title}
          onChange={({ target }) => set('title', target.value.replaceAll('\n', ' '), item.title)}
        />
      </label>
      <div className="item-fields">
        <label className="field" htmlFor={`${id}state`}>
          <span>State</span>
          <select
            id={`${id}state`}
            value={item.state}
            onChange={({ target }) => void change(item, { state: target.value as State })}
          >
            {states.map(({ state, label }) => (
              <option key={state} value={state}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label className="field" htmlFor={`${id}priority`}>
          <span>Priority (0 first)</span>
          <select
            id={`${id}priority`}
            value={String(item.priority ?? 'none')}
            onChange={({ target }) => void change(item, { priority: Number(target.value) })}
          >
            {item.priority === null && <option value="none">usual (2)</option>}
            {[0, 1, 2, 3, 4].map((priority) => (
              <option key={priority} value={String(priority)}>
                {priority}
              </option>
            ))}
          </select>
        </label>
        <label className="field" htmlFor={`${id}owner`}>
          <span>Owner</span>
          <input
            id={`${id}owner`}
            maxLength={200}
            placeholder="nobody"
            value={draft.owner ?? item.owner ?? ''}
            onChange={({ target }) => set('owner', target.value, item.owner ?? '')}
          />
        </label>
      </div>
      <label className="field" htmlFor={`${id}note`}>
        <span>Note</span>
        <textarea
          id={`${id}note`}
          rows={4}
          maxLength={8000}
          value={draft.note ?? item.note}
          onChange={({ target }) => set('note', target.value, item.note)}
        />
      </label>
      {isChanged && (
        <div className="buttons">
          <button type="submit" className="main">
            Save
          </button>
          <button type="button" onClick={() => setDraft({})}>
            Discard
          </button>
        </div>
      )}
      <p className="quiet by">
        Last changed by <bdi>{lineOf(item.by, 60)}</bdi>, <When at={item.updatedAt} /> · …{item.id.slice(-6)}
      </p>
    </form>
  );
}
