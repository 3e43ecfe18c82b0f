import type { DecidedField, Strategy } from '../schema/bodies/merge.ts';
import type { RecordKind } from '../schema/bodies/record.ts';
import { compareEvents } from '../schema/event.ts';
import { isSame, recordKinds } from './records/kinds.ts';
import type { FieldState, FieldValue, RecordState, Registers } from './records/registers.ts';
import type { Scope } from './scope.ts';

/** What the two sides of a merge see, and what both have seen. */
export interface Sides {
  ours: Scope;
  theirs: Scope;
  base: Scope;
}

/** A field that both sides have changed, each in its own way; or two decisions that contradict each other. */
export interface Conflict {
  /** The same whichever side merges: kind, key and field. */
  id: string;
  why: 'changed' | 'opposed';
  kind: RecordKind;
  field: string;
  base: FieldValue | null;
  ours: ConflictSide;
  theirs: ConflictSide;
}

export interface ConflictSide {
  key: string;
  title: string;
  value: FieldValue;
  /** What goes with the value, such as its reason. */
  with: Record<string, FieldState>;
  field: FieldState;
  /** What either side says of whether it stands; of opposed decisions only. */
  standing?: readonly FieldState[];
}

/** What a merge does to a field of ours. */
export interface Change {
  kind: RecordKind;
  key: string;
  title: string;
  field: string;
  before: unknown;
  after: unknown;
  /** Event that wrote it. */
  event: string;
  by: string;
  agent: string;
  at: number;
}

export interface Outcome {
  changes: Change[];
  /** Fields where both sides together do not give the merged value by themselves. */
  decided: DecidedField[];
  conflicts: Conflict[];
}

type Side = 'ours' | 'theirs';

/** How a conflict is settled: one of the sides, both (opposed decisions only), or another value. */
export type Resolution = { take: Side | 'both' } | { value: unknown };

/** Finds the decisions of one side that contradict one of the other, as indices, though their subjects differ. */
export type FindOpposed = (
  ours: readonly DecisionText[],
  theirs: readonly DecisionText[],
) => [our: number, their: number][];

export interface DecisionText {
  subject: string;
  choice: string;
  reason: string;
}

/**
 * Three-way merge of folded records, field by field: whoever moved wins, both to the same value is agreement, else a
 * conflict. Only records that theirs has written to can change.
 */
export function mergeRecords(registers: Registers, sides: Sides, findOpposed: FindOpposed): Outcome {
  const outcome: Outcome = { changes: [], decided: [], conflicts: [] };
  const moved = registers
    .changed(sides.theirs, sides.ours)
    .filter(({ kind }) => recordKinds[kind].isOfBoard !== true);
  for (const { kind, key } of moved) {
    const trio = {
      base: registers.get(kind, key, sides.base),
      ours: registers.get(kind, key, sides.ours),
      theirs: registers.get(kind, key, sides.theirs),
    };
    if (trio.theirs !== null) mergeRecord(trio as Trio, outcome);
  }
  outcome.conflicts.push(...opposedDecisions(registers, sides, moved, findOpposed));
  outcome.conflicts.sort((a, b) => (a.id < b.id ? -1 : 1));
  return outcome;
}

interface Trio {
  base: RecordState | null;
  ours: RecordState | null;
  theirs: RecordState;
}

function mergeRecord({ base, ours, theirs }: Trio, outcome: Outcome): void {
  const { kind, key } = theirs;
  const { follows, title } = recordKinds[kind];
  const winners = new Map<string, Side | 'conflict' | 'same'>();
  // Leading fields first: those that follow need to know how they went.
  const names = Object.keys(theirs.fields).sort((a, b) => Number(a in follows) - Number(b in follows));
  for (const field of names) {
    const state = theirs.fields[field] as FieldState;
    const mine = ours?.fields[field];
    const was = base?.fields[field];
    const leader = follows[field] === undefined ? undefined : winners.get(follows[field]);
    const winner = leader === 'conflict' ? 'conflict' : winnerOf(kind, field, { was, mine, state }, leader);
    winners.set(field, winner);
    if (winner === 'conflict') {
      if (leader === undefined && mine !== undefined)
        outcome.conflicts.push({
          id: `${kind}/${key}/${field}`,
          why: 'changed',
          kind,
          field,
          base: was?.shown ?? null,
          ours: sideOf(ours as RecordState, field, mine),
          theirs: sideOf(theirs, field, state),
        });
      continue;
    }
    const kept = winner === 'ours' ? mine : state;
    if (kept === undefined || winner === 'same') continue;
    if (mine !== undefined && needsDecision(was, mine, state))
      outcome.decided.push(decide(theirs, field, kept.shown, [mine, state]));
    if (winner === 'theirs' && !isSame(kind, field, mine?.shown.value, state.shown.value))
      outcome.changes.push({
        kind,
        key,
        title: titleOf(theirs, title),
        field,
        before: mine?.shown.value ?? null,
        after: state.shown.value,
        event: state.shown.event,
        by: state.shown.by,
        agent: state.shown.agent,
        at: state.shown.at,
      });
  }
}

interface FieldTrio {
  was: FieldState | undefined;
  mine: FieldState | undefined;
  state: FieldState;
}

function winnerOf(
  kind: RecordKind,
  field: string,
  { was, mine, state }: FieldTrio,
  leader: Side | 'same' | undefined,
): Side | 'conflict' | 'same' {
  if (mine === undefined) return 'theirs';
  if (isUntouched(mine, state)) return 'same';
  if (isUntouched(was, state)) return 'ours';
  if (isUntouched(was, mine)) return 'theirs';
  if (isSame(kind, field, mine.shown.value, state.shown.value)) return 'same';
  if (leader === 'ours' || leader === 'theirs') return leader;
  if (leader === 'same') return compareEvents(mine.shown, state.shown) > 0 ? 'ours' : 'theirs';
  // Moved and moved back is not moved.
  if (was !== undefined && isSame(kind, field, was.shown.value, mine.shown.value)) return 'theirs';
  if (was !== undefined && isSame(kind, field, was.shown.value, state.shown.value)) return 'ours';
  return 'conflict';
}

/** Both sides' writes, seen together, would leave two values standing. */
const needsDecision = (was: FieldState | undefined, mine: FieldState, state: FieldState): boolean =>
  !isUntouched(was, mine) && !isUntouched(was, state);

const eventsIn = (state: FieldState | undefined): string =>
  state?.alive.map(({ event }) => event).join() ?? '';

const isUntouched = (a: FieldState | undefined, b: FieldState | undefined): boolean =>
  eventsIn(a) === eventsIn(b);

const titleOf = ({ fields, key }: RecordState, title: string): string => {
  const value = fields[title]?.shown.value;
  return typeof value === 'string' ? value : key;
};

function sideOf(record: RecordState, field: string, state: FieldState): ConflictSide {
  const { follows, title } = recordKinds[record.kind];
  const following = Object.entries(record.fields).filter(([name]) => follows[name] === field);
  return {
    key: record.key,
    title: titleOf(record, title),
    value: state.shown,
    with: Object.fromEntries(following),
    field: state,
  };
}

const decide = (
  { kind, key }: Pick<RecordState, 'kind' | 'key'>,
  field: string,
  value: Pick<FieldValue, 'value'> & { event: string | null },
  replaced: readonly (FieldState | undefined)[],
): DecidedField => ({
  kind,
  key,
  field,
  value: value.value,
  over: [...new Set(replaced.flatMap((state) => state?.alive.map(({ event }) => event) ?? []))].sort(),
  from: value.event,
});

/** Decisions on either side, neither of which the other side has seen, that cannot both be followed. */
function opposedDecisions(
  registers: Registers,
  { ours, theirs }: Sides,
  moved: readonly { kind: RecordKind; key: string }[],
  findOpposed: FindOpposed,
): Conflict[] {
  const standing = (keys: readonly { kind: RecordKind; key: string }[], scope: Scope): RecordState[] =>
    keys
      .filter(({ kind }) => kind === 'decision')
      .flatMap(({ key }) => registers.get('decision', key, scope) ?? [])
      .filter(({ fields }) => fields.choice !== undefined && fields.state?.shown.value !== 'withdrawn');
  const theirNew = standing(moved, theirs);
  if (theirNew.length === 0) return [];
  const ourNew = standing(registers.changed(ours, theirs), ours);
  const opposedSide = (record: RecordState): ConflictSide => ({
    ...sideOf(record, 'choice', record.fields.choice as FieldState),
    standing: [ours, theirs].flatMap(
      (scope) => registers.get('decision', record.key, scope)?.fields.state ?? [],
    ),
  });
  return findOpposed(ourNew.map(textOf), theirNew.map(textOf)).flatMap(([ourAt, theirAt]): Conflict[] => {
    const [our, their] = [ourNew[ourAt], theirNew[theirAt]];
    // One subject is one record: its field says it.
    if (our === undefined || their === undefined || our.key === their.key) return [];
    return [
      {
        id: `decision/${[our.key, their.key].sort().join('~')}`,
        why: 'opposed',
        kind: 'decision',
        field: 'choice',
        base: null,
        ours: opposedSide(our),
        theirs: opposedSide(their),
      },
    ];
  });
}

function textOf({ fields }: RecordState): DecisionText {
  const text = (field: string): string => String(fields[field]?.shown.value ?? '');
  return { subject: text('subject'), choice: text('choice'), reason: text('reason') };
}

/** The side that a strategy takes; null: it leaves it to somebody else. */
export function strategyTakes(strategy: Strategy, conflict: Conflict): Side | null {
  if (strategy === 'manual') return null;
  return strategy === 'latest' ? laterSide(conflict) : strategy;
}

/** The side whose value was written last. */
export const laterSide = ({ ours, theirs }: Conflict): Side =>
  compareEvents(ours.value, theirs.value) > 0 ? 'ours' : 'theirs';

/** The fields that settle a conflict so. */
export function settle(conflict: Conflict, resolution: Resolution): DecidedField[] {
  if (conflict.why === 'opposed') return settleOpposed(conflict, resolution);
  const { kind, field, ours, theirs } = conflict;
  const record = { kind, key: theirs.key };
  const isOther = 'value' in resolution;
  const winner = !isOther && resolution.take === 'theirs' ? theirs : ours;
  const names = new Set([...Object.keys(ours.with), ...Object.keys(theirs.with)]);
  const following = [...names].flatMap((name) => {
    // A reason of either side is none for a third value; what it is about stays.
    const isGone = isOther && name !== recordKinds[kind].title;
    const kept = (isGone ? undefined : winner.with[name]?.shown) ?? { value: '', event: null };
    const [mine, other] = [ours.with[name], theirs.with[name]];
    return isUntouched(mine, other) && !isGone ? [] : [decide(record, name, kept, [mine, other])];
  });
  const value = isOther ? { value: resolution.value, event: null } : winner.value;
  return [decide(record, field, value, [ours.field, theirs.field]), ...following];
}

/** The decision that was not taken is withdrawn. */
function settleOpposed({ ours, theirs }: Conflict, resolution: Resolution): DecidedField[] {
  if (!('take' in resolution) || resolution.take === 'both') return [];
  const { key, standing = [] } = resolution.take === 'ours' ? theirs : ours;
  return [decide({ kind: 'decision', key }, 'state', { value: 'withdrawn', event: null }, standing)];
}
