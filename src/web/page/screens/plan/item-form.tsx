import { useId, useState } from 'react';
import { lineOf } from '../../parts/said.tsx';
import { When } from '../../parts/when.tsx';
import { type Change, type Item, usePlan } from './in-plan.ts';
import { ItemFields } from './item-fields.tsx';

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
      <ItemFields
        values={{
          state: item.state,
          priority: item.priority,
          owner: draft.owner ?? item.owner ?? '',
          note: draft.note ?? item.note,
        }}
        canBeUsual={item.priority === null}
        noteRows={4}
        onChange={({ state, priority, owner, note }) => {
          if (state !== undefined) void change(item, { state });
          if (priority != null) void change(item, { priority });
          if (owner !== undefined) set('owner', owner, item.owner ?? '');
          if (note !== undefined) set('note', note, item.note);
        }}
      />
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
