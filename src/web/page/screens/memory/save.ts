import type { OutputOf } from '../../../../schema/operation.ts';
import type { MemoryKind, Remembered } from '../../../../schema/operations/memory.ts';
import type { CallError } from '../../api.ts';
import { useWhere } from '../../where.tsx';
import { useAct } from '../shelf/act.ts';

/** What is typed, of whatever kind. */
export interface Form {
  title: string;
  text: string;
  why: string;
  alternatives: string;
  instead: string;
  outcome: 'worked' | 'failed' | 'abandoned';
  paths: string;
}

/** What is there to be changed; of something new nothing. */
export const formOf = (of: Remembered | null): Form => ({
  title: of?.title ?? '',
  text: of?.text ?? '',
  why: of?.reason ?? '',
  alternatives: (of?.alternatives ?? [])
    .map(({ choice, reason }) => (reason === '' ? choice : `${choice}: ${reason}`))
    .join('\n'),
  instead: of?.instead ?? '',
  outcome: of?.outcome ?? 'failed',
  paths: (of?.paths ?? []).join('\n'),
});

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

type Stored = OutputOf<'memory.note'>;

/** Saves what is typed, as whatever it is; null when that failed, and then `error` says why. */
export function useSave(): {
  save: (kind: MemoryKind, form: Form, of: Remembered | null) => Promise<Stored | null>;
  isBusy: boolean;
  error: CallError | null;
} {
  const where = useWhere();
  const note = useAct('memory.note');
  const decide = useAct('memory.decide');
  const agree = useAct('memory.agree');
  const attempt = useAct('memory.attempt');
  const save = (kind: MemoryKind, form: Form, of: Remembered | null): Promise<Stored | null> => {
    const { title, text, why, outcome, instead } = form;
    const shared = {
      ...where,
      ...(why.trim() === '' ? {} : { why: why.trim() }),
      ...(linesOf(form.paths).length === 0 ? {} : { paths: linesOf(form.paths) }),
    };
    const version = of === null ? {} : { replaces: of.event };
    // What does not stand has been replaced already, or is said anew beside it.
    const replaces = of?.state === 'standing' ? version : {};
    if (kind === 'decision') {
      const alternative = linesOf(form.alternatives);
      return decide.run({
        ...shared,
        ...version,
        subject: title,
        choice: text,
        ...(alternative.length > 0 && { alternative }),
      });
    }
    if (kind === 'convention') return agree.run({ ...shared, ...version, name: title, rule: text });
    if (kind === 'fact') return note.run({ ...shared, ...replaces, text });
    return attempt.run({
      ...shared,
      ...replaces,
      approach: text,
      outcome,
      ...(instead.trim() === '' ? {} : { instead: instead.trim() }),
    });
  };
  const acts = [note, decide, agree, attempt];
  return {
    save,
    isBusy: acts.some(({ isBusy }) => isBusy),
    error: acts.find(({ error }) => error !== null)?.error ?? null,
  };
}
