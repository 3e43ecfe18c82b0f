import { useId, useState } from 'react';
import { call } from '../../api.ts';
import { asCallError } from '../../use-call.ts';
import { states } from '../plan/in-plan.ts';
import { type Conflict, useReview } from './in-review.ts';

/** How a value of a field is given: one of some, text as it is typed, or JSON. */
type Form = { form: 'choice'; options: readonly string[] } | { form: 'text' } | { form: 'json' };

/**
 * What form fits a field, by the values that there are: the schema itself would be a third of the page. Whether a value is
 * one of that field the merge says.
 */
function formOf({ kind, field, base, ours, theirs }: Conflict): Form {
  if (field === 'state')
    return {
      form: 'choice',
      options: kind === 'plan' ? states.map(({ state }) => state) : ['standing', 'withdrawn'],
    };
  const isText = [base, ours.value, theirs.value].some((value) => typeof value === 'string');
  return { form: isText ? 'text' : 'json' };
}

/** A value that neither side has. It is tried before it is taken. */
export function OwnValue({
  conflict,
  first,
  give,
}: {
  conflict: Conflict;
  /** What stands in the form at first. */
  first: unknown;
  give: (value: unknown) => void;
}) {
  const { reviewed } = useReview();
  const { workspace, name, into } = reviewed;
  const form = formOf(conflict);
  const [text, setText] = useState(
    form.form === 'json' ? JSON.stringify(first ?? null) : String(first ?? ''),
  );
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  const submit = async (): Promise<void> => {
    const read = readValue(form, text, conflict);
    if ('problem' in read) return setProblem(read.problem);
    try {
      const resolutions = { [conflict.id]: { value: read.value } };
      await call('merge.run', { workspace, name, into, strategy: 'manual', resolutions, 'dry-run': true });
      give(read.value);
    } catch (failed) {
      setProblem(asCallError(failed).message);
    }
  };
  return (
    <div className="own-value">
      <label htmlFor={id}>{form.form === 'json' ? 'Another value, as JSON' : 'Another value'}</label>
      {form.form === 'choice' ? (
        // biome-ignore lint/a11y/noAutofocus: it was just asked for
        <select id={id} autoFocus value={text} onChange={({ target }) => setText(target.value)}>
          {form.options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      ) : (
        <textarea
          id={id}
          rows={3}
          // biome-ignore lint/a11y/noAutofocus: it was just asked for
          autoFocus
          value={text}
          aria-invalid={problem !== null}
          onChange={({ target }) => setText(target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit();
          }}
        />
      )}
      {problem !== null && (
        <p className="bad" role="alert">
          {problem}
        </p>
      )}
      <div className="buttons">
        <button type="button" onClick={() => void submit()}>
          Use this value
        </button>
      </div>
    </div>
  );
}

function readValue(
  form: Form,
  text: string,
  { base, ours, theirs }: Conflict,
): { value: unknown } | { problem: string } {
  if (form.form === 'choice') return { value: text };
  // A field that may be nothing has been nothing: `null` is its empty value then.
  if (form.form === 'text')
    return { value: text === '' && [base, ours.value, theirs.value].includes(null) ? null : text };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { problem: 'it is not JSON' };
  }
}
