import type { z } from 'zod';
import type { Claim, Contender, Convention, Decision, Knowledge, PlanItem } from '../../schema/records.ts';
import type { Scope } from '../scope.ts';
import type { FieldValue, RecordState, Registers } from './registers.ts';

/** Records as they are shown. A field that nobody has written is empty. */

type Shared = Pick<PlanItem, 'createdAt' | 'updatedAt' | 'by' | 'event' | 'contested'>;

function sharedOf(record: RecordState): Shared {
  const shown = Object.values(record.fields).map((field) => field.shown);
  const last = shown.reduce((a, b) => (a.hlc < b.hlc || (a.hlc === b.hlc && a.seq < b.seq) ? b : a));
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

export const toPlanItem = (record: RecordState): PlanItem => ({
  id: record.key,
  title: get(record, 'title', ''),
  state: get(record, 'state', 'todo' as const),
  owner: get<string | null>(record, 'owner', null),
  note: get(record, 'note', ''),
  parent: get<string | null>(record, 'parent', null),
  rank: get<number | null>(record, 'rank', null),
  paths: get<string[]>(record, 'paths', []),
  ...sharedOf(record),
});

const toDecision = (record: RecordState): Decision => ({
  key: record.key,
  subject: get(record, 'subject', record.key),
  choice: get(record, 'choice', ''),
  reason: get(record, 'reason', ''),
  state: get(record, 'state', 'standing' as const),
  ...sharedOf(record),
});

const toConvention = (record: RecordState): Convention => ({
  key: record.key,
  name: get(record, 'name', record.key),
  rule: get(record, 'rule', ''),
  reason: get(record, 'reason', ''),
  state: get(record, 'state', 'standing' as const),
  ...sharedOf(record),
});

const toClaim = (record: RecordState): Claim => ({
  id: record.key,
  holder: get(record, 'holder', ''),
  paths: get<string[]>(record, 'paths', []),
  until: get<number | null>(record, 'until', null),
  ...sharedOf(record),
});

/** Plan items in the order in which they are to be read: by rank where they have one, then as they were added. */
const planOrder = (a: PlanItem, b: PlanItem): number =>
  (a.rank ?? Number.POSITIVE_INFINITY) - (b.rank ?? Number.POSITIVE_INFINITY) ||
  a.createdAt - b.createdAt ||
  (a.id < b.id ? -1 : 1);

const isOnPlan = ({ fields }: RecordState): boolean =>
  fields.removed?.shown.value !== true && fields.title !== undefined;

/** Everything that is planned, decided and claimed, also what has been withdrawn. */
export const knowledgeIn = (registers: Registers, scope: Scope): Knowledge => ({
  plan: registers.all('plan', scope).filter(isOnPlan).map(toPlanItem).sort(planOrder),
  decisions: registers.all('decision', scope).map(toDecision),
  conventions: registers.all('convention', scope).map(toConvention),
  claims: registers
    .all('claim', scope)
    .filter(({ fields }) => fields.state?.shown.value !== 'released')
    .map(toClaim),
});

/** What holds at a moment (epoch milliseconds): nothing withdrawn, no claim that has run out. */
export const holding = (known: Knowledge, at: number): Knowledge => ({
  plan: known.plan,
  decisions: known.decisions.filter(({ state }) => state === 'standing'),
  conventions: known.conventions.filter(({ state }) => state === 'standing'),
  claims: known.claims.filter(({ until }) => until === null || until > at),
});
