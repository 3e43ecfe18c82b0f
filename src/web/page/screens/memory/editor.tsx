import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { MemoryKind, Remembered } from '../../../../schema/operations/memory.ts';
import { Failure } from '../../parts/answer.tsx';
import { useWhere } from '../../where.tsx';
import { Field, Kinds } from './fields.tsx';
import { itemOf, kindNames } from './names.ts';
import { type Form, formOf, useSave } from './save.ts';

/** What is being written: something new, or a new version of something. */
export interface Editing {
  kind: MemoryKind;
  of: Remembered | null;
}

interface Props {
  editing: Editing;
  onDone: (said: string, next: string | null) => void;
  onCancel: () => void;
}

/** Writes something that agents will recall. A new version takes the place of the one before, which stays in the history. */
export function Editor({ editing: { kind: begun, of }, onDone, onCancel }: Props) {
  const where = useWhere();
  const [kind, setKind] = useState(begun);
  const [form, setForm] = useState<Form>(() => formOf(of));
  const first = useRef<HTMLTextAreaElement>(null);
  const { save, isBusy, error } = useSave();
  useEffect(() => first.current?.focus(), []);
  const set = (change: Partial<Form>): void => setForm((before) => ({ ...before, ...change }));
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const saved = await save(kind, form, of);
    if (saved === null) return;
    const on = where.branch === undefined ? '' : ` on ${saved.branch}`;
    const text =
      of === null ? `Remembered${on}: agents recall it from now on.` : `A new version stands${on}.`;
    onDone(text, itemOf(saved));
  };
  const hasName = kind === 'decision' || kind === 'convention';
  return (
    <form className="editor" onSubmit={submit}>
      <h2>{of === null ? 'Write a note' : `Edit the ${kindNames[kind].one}`}</h2>
      {of === null && <Kinds chosen={kind} onChoose={setKind} />}
      {hasName && (
        <Field
          label={kind === 'decision' ? 'Subject' : 'Name'}
          hint={of === null ? 'What is said under the same name later takes its place.' : ''}
          most={300}
          value={form.title}
          isFixed={of !== null}
          onChange={(title) => set({ title })}
        />
      )}
      <Field
        label={textLabels[kind]}
        isLong
        isNeeded
        most={4000}
        value={form.text}
        inputRef={first}
        onChange={(text) => set({ text })}
      />
      {kind === 'attempt' && (
        <label className="stacked">
          How it ended
          <select
            value={form.outcome}
            onChange={({ target }) => set({ outcome: target.value as Form['outcome'] })}
          >
            <option value="failed">failed</option>
            <option value="worked">worked</option>
            <option value="abandoned">was given up</option>
          </select>
        </label>
      )}
      {kind === 'attempt' && (
        <Field label="Instead" most={4000} value={form.instead} onChange={(instead) => set({ instead })} />
      )}
      <Field label="Why" isLong most={8000} value={form.why} onChange={(why) => set({ why })} />
      {kind === 'decision' && (
        <Field
          label="Not chosen"
          hint="One a line: choice: why not"
          isLong
          most={60_000}
          value={form.alternatives}
          onChange={(alternatives) => set({ alternatives })}
        />
      )}
      <Field
        label="Files"
        hint="One a line. It is kept what they are now, to tell later whether this still holds."
        isLong
        most={100_000}
        value={form.paths}
        onChange={(paths) => set({ paths })}
      />
      {error !== null && <Failure error={error} />}
      <div className="actions">
        <button type="submit" className="main" disabled={isBusy}>
          {isBusy ? 'Saving…' : 'Save'}
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

const textLabels: Readonly<Record<MemoryKind, string>> = {
  fact: 'What is to be known',
  decision: 'What was chosen',
  convention: 'The rule',
  attempt: 'What was tried',
};
