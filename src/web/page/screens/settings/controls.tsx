import { useEffect, useId, useState } from 'react';

interface Shared {
  name: string;
  explained: string;
  isBusy: boolean;
}

/** The name of a setting and what it is for; the control that it belongs to has the id, and is described by `ID-told`. */
function Told({ id, name, explained }: Pick<Shared, 'name' | 'explained'> & { id: string }) {
  return (
    <>
      <h3>
        <label htmlFor={id}>{name}</label>
      </h3>
      <p className="quiet" id={`${id}-told`}>
        {explained}
      </p>
    </>
  );
}

/** A setting with a few values. */
export function Choice({
  name,
  explained,
  values,
  value,
  isBusy,
  onChange,
}: Shared & { values: readonly string[]; value: string; onChange: (value: string) => void }) {
  const id = useId();
  return (
    <div className="setting">
      <Told id={id} name={name} explained={explained} />
      <select
        id={id}
        aria-describedby={`${id}-told`}
        value={value}
        disabled={isBusy}
        onChange={({ target }) => onChange(target.value)}
      >
        {values.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    </div>
  );
}

/** A setting that is a number: it counts once it is saved. */
export function Count({
  name,
  explained,
  value,
  least,
  most,
  isBusy,
  onChange,
}: Shared & { value: number; least: number; most: number; onChange: (value: string) => void }) {
  const id = useId();
  const [typed, setTyped] = useState(String(value));
  useEffect(() => setTyped(String(value)), [value]);
  return (
    <form
      className="setting"
      onSubmit={(event) => {
        event.preventDefault();
        onChange(typed);
      }}
    >
      <Told id={id} name={name} explained={explained} />
      <input
        id={id}
        type="number"
        min={least}
        max={most}
        required
        aria-describedby={`${id}-told`}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />{' '}
      <button type="submit" disabled={isBusy || typed === String(value)}>
        Save
      </button>
    </form>
  );
}

/** A box for each rule that there is, checked where a merge has to pass it; `chosen` are the names of those. */
export function Rules({
  explained,
  rules,
  chosen,
  isBusy,
  onChange,
}: Omit<Shared, 'name'> & {
  rules: readonly { name: string; summary: string }[];
  chosen: readonly string[];
  onChange: (names: string[]) => void;
}) {
  return (
    <fieldset className="setting">
      <legend>
        <h3>rules</h3>
      </legend>
      <p className="quiet">{explained}</p>
      {rules.map(({ name, summary }) => (
        <label key={name} className="check">
          <input
            type="checkbox"
            checked={chosen.includes(name)}
            disabled={isBusy}
            onChange={({ target }) =>
              onChange(target.checked ? [...chosen, name] : chosen.filter((one) => one !== name))
            }
          />{' '}
          {name} <span className="quiet">{summary}</span>
        </label>
      ))}
    </fieldset>
  );
}
