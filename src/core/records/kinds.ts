import type { RecordKind } from '../../schema/bodies/record.ts';

export interface RecordDefinition {
  /** Event types that write it. */
  types: readonly string[];
  /** The field that names a record to people. */
  title: string;
  /** Fields that belong to another: they go with its value and are no conflict of their own. */
  follows: Readonly<Record<string, string>>;
  /** Fields whose values are the same when they only look different: prose. */
  prose: readonly string[];
  /** It stands on the board: seen from every branch, and never merged. */
  isOfBoard?: true;
}

export const recordKinds: Readonly<Record<RecordKind, RecordDefinition>> = {
  plan: { types: ['plan.added', 'plan.changed'], title: 'title', follows: {}, prose: ['title', 'note'] },
  decision: {
    types: ['memory.decided'],
    title: 'subject',
    follows: {
      subject: 'choice',
      reason: 'choice',
      alternatives: 'choice',
      paths: 'choice',
      basis: 'choice',
    },
    prose: ['choice'],
  },
  convention: {
    types: ['memory.agreed'],
    title: 'name',
    follows: { name: 'rule', reason: 'rule', paths: 'rule', basis: 'rule' },
    prose: ['rule'],
  },
  claim: {
    types: ['claim.taken', 'claim.confirmed', 'claim.lost', 'claim.released'],
    title: 'holder',
    follows: {},
    prose: [],
    isOfBoard: true,
  },
  handoff: {
    types: ['handoff.posted', 'handoff.accepted', 'handoff.declined', 'handoff.withdrawn', 'handoff.expired'],
    title: 'from',
    follows: {},
    prose: [],
    isOfBoard: true,
  },
};

/** Event type → the kind of record that it writes. */
export const kindOfType: ReadonlyMap<string, RecordKind> = new Map(
  Object.entries(recordKinds).flatMap(([kind, { types }]) =>
    types.map((type): [string, RecordKind] => [type, kind as RecordKind]),
  ),
);

const FILLER = new Set(['a', 'an', 'the', 'of', 'for', 'to', 'in', 'on', 'our', 'we', 'and', 'with']);

/** What makes two subjects the same: their words, without case, punctuation and little words. */
export function subjectKey(subject: string): string {
  const words =
    subject
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const kept = words.filter((word) => !FILLER.has(word));
  const key = (kept.length > 0 ? kept : words).join(' ');
  return (key === '' ? subject.normalize('NFKC').trim() : key).slice(0, 500);
}

/** Whether two values of a field say the same. */
export function isSame(kind: RecordKind, field: string, a: unknown, b: unknown): boolean {
  if (typeof a === 'string' && typeof b === 'string' && recordKinds[kind].prose.includes(field))
    return plain(a) === plain(b);
  return JSON.stringify(a) === JSON.stringify(b);
}

const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/[.!\s]+$/, '')
    .trim();
