import { useEffect, useId, useState } from 'react';
import type { Remembered } from '../../../../schema/operations/memory.ts';
import { useQuery } from '../../parts/query.ts';
import { useWhere } from '../../where.tsx';

/** What narrows the list; `seen` are rows whose authors and paths are offered. */
export function Filters({ seen }: { seen: readonly Remembered[] }) {
  const { branch } = useWhere();
  const { query, ask } = useQuery();
  const authors = [...new Set(seen.map(({ by }) => by))].sort();
  const paths = [...new Set(seen.flatMap((one) => one.paths))].sort().slice(0, 50);
  return (
    <div className="fields">
      <label>
        Standing{' '}
        <select
          value={query.get('state') ?? 'standing'}
          onChange={({ target }) =>
            ask({ state: target.value === 'standing' ? null : target.value, skip: null }, true)
          }
        >
          <option value="standing">stands</option>
          <option value="contested">contested</option>
          <option value="past">withdrawn or replaced</option>
          <option value="any">any</option>
        </select>
      </label>
      <TypedFilter name="author" label="Author" offered={authors} />
      <TypedFilter name="path" label="Path" offered={paths} />
      {branch !== undefined && (
        <label className="check">
          <input
            type="checkbox"
            checked={query.get('own') === '1'}
            onChange={({ target }) => ask({ own: target.checked ? '1' : null, skip: null }, true)}
          />{' '}
          Only what was written on this branch
        </label>
      )}
    </div>
  );
}

/** A filter that is typed: it counts once the field is left, or Enter pressed. */
function TypedFilter({ name, label, offered }: { name: string; label: string; offered: readonly string[] }) {
  const { query, ask } = useQuery();
  const list = useId();
  const set = query.get(name) ?? '';
  const [typed, setTyped] = useState(set);
  useEffect(() => setTyped(set), [set]);
  const say = (): void => {
    if (typed.trim() !== set) ask({ [name]: typed.trim(), skip: null }, true);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        say();
      }}
    >
      <label>
        {label}{' '}
        <input
          type="text"
          list={list}
          value={typed}
          size={14}
          maxLength={1000}
          placeholder={name === 'path' ? 'src/**/*.ts' : 'anybody'}
          onChange={({ target }) => setTyped(target.value)}
          onBlur={say}
        />
      </label>
      <datalist id={list}>
        {offered.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </form>
  );
}
