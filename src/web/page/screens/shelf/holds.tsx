import type { Remembered } from '../../../../schema/operations/memory.ts';

type Holds = Remembered['holds'];

/** In words, whether it still is as it was when it was recorded. */
export function holdsText({ files, commit }: Holds): { text: string; tone: 'good' | 'warn' | 'quiet' } {
  if (files === 'gone') return { text: 'its files are gone', tone: 'warn' };
  if (files === 'changed') return { text: 'its files have changed since', tone: 'warn' };
  if (commit === 'not-ancestor') return { text: 'its commit is not in this history', tone: 'warn' };
  if (files === 'same') return { text: 'its files are the same', tone: 'good' };
  if (commit === 'ancestor') return { text: 'its commit is in the history', tone: 'good' };
  return { text: 'nothing says whether it still holds', tone: 'quiet' };
}

const signs = { good: '✓', warn: '⚠', quiet: '?' } as const;

/** Whether it still holds: a sign, and what it means. */
export function HoldsMark({ holds, isQuiet = false }: { holds: Holds; isQuiet?: boolean }) {
  const { text, tone } = holdsText(holds);
  if (isQuiet && tone === 'quiet') return null;
  return (
    <span className={tone}>
      <span aria-hidden="true">{signs[tone]}</span> {tone === 'warn' ? 'may not hold: ' : ''}
      {text}
    </span>
  );
}
