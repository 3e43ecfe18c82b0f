import { useState } from 'react';
import { safeLine, safeText } from '../../../core/safe-text.ts';

/** What somebody wrote, on one line of at most `most` characters, without what reorders or hides text. */
export function lineOf(text: string, most = 300): string {
  // Cut first: what is made safe is then bounded, whatever comes in.
  const line = safeLine(text.slice(0, most * 2));
  return line.length <= most && text.length <= most * 2 ? line : `${line.slice(0, most).toWellFormed()}…`;
}

/** Whether there is something in a field of a record. */
export const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

/** What a field of a record is called; of a set's member the set. */
export const fieldText = (field: string): string => lineOf(field.replace(/\/.*$/s, ''), 60);

/** The value of a field of a record as people read it; of a set whose members say no more, the member. */
export function valueText(value: unknown, field = ''): string {
  if (isEmpty(value)) return '(nothing)';
  if (value === true && field.includes('/')) return field.slice(field.indexOf('/') + 1);
  if (isQuestion(value)) return value.answer === null ? value.text : `${value.text}\n→ ${value.answer}`;
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join('\n');
  return JSON.stringify(value, null, 1);
}

const isQuestion = (value: unknown): value is { text: string; answer: string | null } =>
  typeof value === 'object' &&
  value !== null &&
  'text' in value &&
  typeof value.text === 'string' &&
  'answer' in value;

/** Not more, even when asked for: a browser lays out text of this length at once. */
const mostChars = 100_000;

/** What somebody wrote, with its lines; of more than `most` characters the rest is cut until it is asked for. */
export function Said({
  text,
  most = 2000,
  className = '',
}: {
  text: string;
  most?: number;
  className?: string;
}) {
  const [isWhole, setIsWhole] = useState(false);
  const shown = isWhole ? mostChars : most;
  const rest = text.length - shown;
  return (
    <div className={`said ${className}`} dir="auto">
      {safeText(text.slice(0, shown).toWellFormed())}
      {rest > 0 &&
        (isWhole ? (
          <span className="quiet"> … {rest.toLocaleString()} characters are not shown</span>
        ) : (
          <button type="button" className="plain" onClick={() => setIsWhole(true)}>
            … {rest.toLocaleString()} more characters
          </button>
        ))}
    </div>
  );
}
