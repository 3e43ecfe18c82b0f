import { lineOf } from '../../parts/said.tsx';
import { type Item, type Only, onlyTexts, type Wanted } from './in-plan.ts';

/** Which items are wanted: by words, by owner, by where they stand. */
export function Filter({
  items,
  wanted,
  want,
}: {
  items: readonly Item[];
  wanted: Wanted;
  want: (wanted: Wanted) => void;
}) {
  const owners = [...new Set(items.flatMap(({ owner }) => owner ?? []))].sort();
  return (
    <search className="plan-filter">
      <label>
        <span className="unseen">Filter</span>
        <input
          type="search"
          data-filter
          placeholder="Filter ( / )"
          value={wanted.text}
          onChange={({ target }) => want({ ...wanted, text: target.value })}
          onKeyDown={({ key, currentTarget }) => {
            if (key === 'Escape' || key === 'Enter') currentTarget.blur();
          }}
        />
      </label>
      <label>
        <span className="unseen">Owner</span>
        <select
          value={wanted.owner === null ? 'any' : `is ${wanted.owner}`}
          onChange={({ target }) =>
            want({ ...wanted, owner: target.value === 'any' ? null : target.value.slice(3) })
          }
        >
          <option value="any">Any owner</option>
          <option value="is ">Nobody</option>
          {owners.map((owner) => (
            <option key={owner} value={`is ${owner}`}>
              {lineOf(owner, 60)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span className="unseen">Only</span>
        <select
          value={wanted.only}
          onChange={({ target }) => want({ ...wanted, only: target.value as Only })}
        >
          {Object.entries(onlyTexts).map(([only, text]) => (
            <option key={only} value={only}>
              {text}
            </option>
          ))}
        </select>
      </label>
    </search>
  );
}
