import type { z } from 'zod';
import { compareEvents } from '../../schema/event.ts';
import type {
  Claim,
  Contender,
  Convention,
  Decision,
  HandoffPosting,
  Knowledge,
  PlanItem,
} from '../../schema/records.ts';
import type { Scope } from '../scope.ts';
import { answerFields, answerOf } from './handoff-state.ts';
import type { FieldValue, RecordState, Registers } from './registers.ts';

/** Records as they are shown. A field that nobody has written is empty. */

type Shared = Pick<PlanItem, 'createdAt' | 'updatedAt' | 'by' | 'event' | 'contested'>;

function sharedOf(record: RecordState): Shared {
  const shown = Object.values(record.fields).map((field) => field.shown);
  const last = shown.reduce((a, b) => (compareEvents(a, b) < 0 ? b : a));
  return {
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    by: last.by,
    event: last.event,
    contested: contendersOf(record),
  };
}

const contendersOf = ({ fields }: RecordState): z.infer<typeof Contender>[] =>
  Object.entries(fields)
    .filter(([, { isContested }]) => isContested)
    .flatMap(([field, { alive, shown }]) =>
      alive
        .filter((other) => other !== shown)
        .map(({ value, event, by, agent, at }: FieldValue) => ({ field, value, event, by, agent, at })),
    );

const get = <T>({ fields }: RecordState, field: string, empty: T): T =>
  (fields[field]?.shown.value as T | undefined) ?? empty;

/** Members of one of its sets, with what is said of each, in the order of their names. */
const membersOf = <T>({ fields }: RecordState, set: string): [string, T][] =>
  Object.entries(fields)
    .filter(([field, { shown }]) => field.startsWith(`${set}/`) && shown.value !== null)
    .map(([field, { shown }]): [string, T] => [field.slice(set.length + 1), shown.value as T])
    .sort(([a], [b]) => (a < b ? -1 : 1));

export const toPlanItem = (record: RecordState): PlanItem => ({
  id: record.key,
  title: get(record, 'title', ''),
  state: get(record, 'state', 'todo' as const),
  owner: get<string | null>(record, 'owner', null),
  note: get(record, 'note', ''),
  parent: get<string | null>(record, 'parent', null),
  rank: get<number | null>(record, 'rank', null),
  priority: get<number | null>(record, 'priority', null),
  paths: get<string[]>(record, 'paths', []),
  dependsOn: membersOf(record, 'dependsOn').map(([id]) => id),
  links: membersOf(record, 'link').map(([ref]) => ref),
  blockers: membersOf<string>(record, 'blocker').map(([id, text]) => ({ id, text })),
  questions: membersOf<{ text: string; answer: string | null }>(record, 'question').map(([id, asked]) => ({
    id,
    ...asked,
  })),
  ...sharedOf(record),
});

const toDecision = (record: RecordState): Decision => ({
  key: record.key,
  subject: get(record, 'subject', record.key),
  choice: get(record, 'choice', ''),
  reason: get(record, 'reason', ''),
  alternatives: get<Decision['alternatives']>(record, 'alternatives', []),
  paths: get<string[]>(record, 'paths', []),
  basis: get<Decision['basis']>(record, 'basis', null),
  state: get(record, 'state', 'standing' as const),
  ...sharedOf(record),
});

const toConvention = (record: RecordState): Convention => ({
  key: record.key,
  name: get(record, 'name', record.key),
  rule: get(record, 'rule', ''),
  reason: get(record, 'reason', ''),
  paths: get<string[]>(record, 'paths', []),
  basis: get<Convention['basis']>(record, 'basis', null),
  state: get(record, 'state', 'standing' as const),
  ...sharedOf(record),
});

export const toClaim = (record: RecordState): Claim => ({
  id: record.key,
  holder: get(record, 'holder', ''),
  session: get<string | null>(record, 'session', null),
  branch: get<string | null>(record, 'branch', null),
  paths: get<string[]>(record, 'paths', []),
  item: get<string | null>(record, 'item', null),
  handoff: get<string | null>(record, 'handoff', null),
  why: get(record, 'why', ''),
  until: get<number | null>(record, 'until', null),
  state: get(record, 'state', 'held' as const),
  standing: get(record, 'standing', 'confirmed' as const),
  lostTo: get<string | null>(record, 'lostTo', null),
  ...sharedOf(record),
});

/**
 * Of a handoff that several have answered without knowing of each other: the answer that stands, and whose it is. `isLost`
 * says of a claim, by its id, that another machine had it before.
 */
export function toHandoffPosting(
  record: RecordState,
  isLost: (claim: string) => boolean = () => false,
): HandoffPosting {
  const answer = answerOf(record, isLost);
  const said = answerFields(record, answer);
  return {
    id: record.key,
    to: get<HandoffPosting['to']>(record, 'to', { kind: 'anybody' }),
    from: get(record, 'from', ''),
    session: get<string | null>(record, 'session', null),
    branch: get<string | null>(record, 'branch', null),
    content: get<string | null>(record, 'content', null),
    item: get<string | null>(record, 'item', null),
    state: (answer?.value as HandoffPosting['state'] | undefined) ?? 'offered',
    takenBy: said.by,
    takenIn: said.bySession,
    until: get<number | null>(record, 'until', null),
    ...sharedOf(record),
  };
}

/** Plan items in the order in which they are to be read: by rank where they have one, then as they were added. */
const planOrder = (a: PlanItem, b: PlanItem): number =>
  (a.rank ?? Number.POSITIVE_INFINITY) - (b.rank ?? Number.POSITIVE_INFINITY) ||
  a.createdAt - b.createdAt ||
  (a.id < b.id ? -1 : 1);

const isOnPlan = ({ fields }: RecordState): boolean =>
  fields.removed?.shown.value !== true && fields.title !== undefined;

/** A row for each record, made once; the same list as before for the same records. */
function rowsOf<T, R extends T = T>(
  toRow: (state: RecordState) => T,
  arrange: (rows: T[]) => R[] = (rows) => rows as R[],
) {
  const rows = new WeakMap<RecordState, T>();
  const lists = new WeakMap<readonly RecordState[], readonly R[]>();
  const rowOf = (state: RecordState): T => {
    const row = rows.get(state) ?? toRow(state);
    rows.set(state, row);
    return row;
  };
  return (states: readonly RecordState[]): readonly R[] => {
    const list = lists.get(states) ?? arrange(states.map(rowOf));
    lists.set(states, list);
    return list;
  };
}

const planRows = rowsOf(
  (state): PlanItem | null => (isOnPlan(state) ? toPlanItem(state) : null),
  (rows): PlanItem[] => rows.filter((row) => row !== null).sort(planOrder),
);
const decisionRows = rowsOf(toDecision);
const conventionRows = rowsOf(toConvention);

/** What is planned, in the order of the plan; the same list as before while nothing has changed. */
export const planIn = (registers: Registers, scope: Scope): readonly PlanItem[] =>
  planRows(registers.all('plan', scope));

/** Decisions, also withdrawn ones; the same list as before while nothing has changed. */
export const decisionsIn = (registers: Registers, scope: Scope): readonly Decision[] =>
  decisionRows(registers.all('decision', scope));

/** Conventions, also withdrawn ones; the same list as before while nothing has changed. */
export const conventionsIn = (registers: Registers, scope: Scope): readonly Convention[] =>
  conventionRows(registers.all('convention', scope));

/** Everything that is planned, decided and claimed, also what has been withdrawn. */
export const knowledgeIn = (registers: Registers, scope: Scope): Knowledge => ({
  plan: [...planIn(registers, scope)],
  decisions: [...decisionsIn(registers, scope)],
  conventions: [...conventionsIn(registers, scope)],
  claims: registers
    .all('claim', scope)
    .filter(({ fields }) => fields.state === undefined || fields.state.shown.value === 'held')
    .map(toClaim),
});

/** What holds at a moment (epoch milliseconds): nothing withdrawn, no claim that has run out. */
export const holding = (known: Knowledge, at: number): Knowledge => ({
  plan: known.plan,
  decisions: known.decisions.filter(({ state }) => state === 'standing'),
  conventions: known.conventions.filter(({ state }) => state === 'standing'),
  claims: known.claims.filter(({ until }) => until === null || until > at),
});
