import { type Ref, useId } from 'react';
import type { MemoryKind } from '../../../../schema/operations/memory.ts';
import { kindNames } from './names.ts';

interface Props {
  label: string;
  hint?: string;
  value: string;
  most: number;
  isLong?: boolean;
  isNeeded?: boolean;
  isFixed?: boolean;
  inputRef?: Ref<HTMLTextAreaElement>;
  onChange: (value: string) => void;
}

/** A field with its label and what there is to say about it. */
export function Field({
  label,
  hint = '',
  value,
  most,
  isLong,
  isNeeded,
  isFixed,
  inputRef,
  onChange,
}: Props) {
  const id = useId();
  const told = hint === '' ? {} : { 'aria-describedby': `${id}-hint` };
  return (
    <div className="stacked">
      <label htmlFor={id}>{label}</label>
      {isLong ? (
        <textarea
          id={id}
          ref={inputRef}
          rows={label === 'Why' || label === 'Files' ? 2 : 3}
          value={value}
          maxLength={most}
          required={isNeeded}
          dir="auto"
          onChange={({ target }) => onChange(target.value)}
          {...told}
        />
      ) : (
        <input
          id={id}
          value={value}
          maxLength={most}
          required={!isFixed && label !== 'Instead'}
          readOnly={isFixed}
          dir="auto"
          onChange={({ target }) => onChange(target.value)}
          {...told}
        />
      )}
      {hint !== '' && (
        <span id={`${id}-hint`} className="quiet">
          {hint}
        </span>
      )}
    </div>
  );
}

const explained: Readonly<Record<MemoryKind, string>> = {
  fact: 'something that is so',
  decision: 'what was chosen about a subject, and why',
  convention: 'a rule that every brief tells',
  attempt: 'what was tried, and how it ended',
};

/** What it is that is written. */
export function Kinds({ chosen, onChoose }: { chosen: MemoryKind; onChoose: (kind: MemoryKind) => void }) {
  const name = useId();
  const kinds: MemoryKind[] = ['fact', 'decision', 'convention', 'attempt'];
  return (
    <fieldset className="kinds">
      <legend>What it is</legend>
      {kinds.map((kind) => (
        <label key={kind}>
          <input type="radio" name={name} checked={kind === chosen} onChange={() => onChoose(kind)} />{' '}
          {kindNames[kind].one} <span className="quiet">{explained[kind]}</span>
        </label>
      ))}
    </fieldset>
  );
}
