import { type ReactNode, useEffect, useState } from 'react';
import { useQuery } from '../../parts/query.ts';

/** A search whose words stand in the address under `name`; they count once Enter is pressed. `children` narrow it. */
export function SearchBar({
  id,
  name,
  label,
  placeholder,
  children,
  behind,
}: {
  id: string;
  name: string;
  label: string;
  placeholder: string;
  children: ReactNode;
  /** What stands behind the button. */
  behind?: ReactNode;
}) {
  const { query, ask } = useQuery();
  const asked = query.get(name) ?? '';
  const [typed, setTyped] = useState(asked);
  useEffect(() => setTyped(asked), [asked]);
  return (
    <search>
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          ask({ [name]: typed.trim(), skip: null }, true);
        }}
      >
        <label className="grows">
          <span className="unseen">{label}</span>
          <input
            id={id}
            type="search"
            value={typed}
            maxLength={4000}
            placeholder={placeholder}
            onChange={({ target }) => setTyped(target.value)}
          />
        </label>
        {children}
        <button type="submit">Find</button>
        {behind}
      </form>
    </search>
  );
}

/** One of a few values, which stands in the address under `name`; the first of `values` is not written there. */
export function Narrowing({
  name,
  label,
  values,
}: {
  name: string;
  label: string;
  values: readonly (readonly [value: string, text: string])[];
}) {
  const { query, ask } = useQuery();
  const usual = values[0]?.[0] ?? '';
  return (
    <label>
      <span className="unseen">{label}</span>
      <select
        value={query.get(name) ?? usual}
        onChange={({ target }) =>
          ask({ [name]: target.value === usual ? null : target.value, skip: null }, true)
        }
      >
        {values.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
