import type { PlanItem } from '../../schema/records.ts';
import type { Form } from './form-parse.ts';
import { type FormNames, type Said, saidIn, saidOf, scopeOf } from './form-said.ts';
import type { PlanSet, PlanWrite } from './plan-set.ts';

export interface FormRequest extends FormNames {
  form: Form;
  /** Id of a new blocker or question. */
  newMember: () => string;
}

export interface FormOutcome {
  writes: PlanWrite[];
  /** Items that the text changes and somebody else has changed since, otherwise; nothing may be written then. */
  conflicts: string[];
  faults: string[];
}

const scalars = ['title', 'state', 'owner', 'priority', 'note', 'parent'] as const;

/** What has to be written for a plan to become what a text says, so that nothing that others wrote meanwhile is lost. */
export function changesOfForm(request: FormRequest): FormOutcome {
  const { form, base, current } = request;
  const outcome: FormOutcome = { writes: [], conflicts: [], faults: [...form.faults] };
  const wanted = saidIn(form, request, outcome.faults);
  if (outcome.faults.length > 0) return outcome;
  const before = base === null ? null : saidOf(scopeOf(base, form, wanted), base);
  const now = saidOf(scopeOf(current, form, wanted), current);
  const known = new Map(current.map((item) => [item.id, item]));
  for (const item of wanted) {
    const is = now.get(item.id);
    const gone = is === undefined ? before?.get(item.id) : undefined;
    if (gone !== undefined) {
      // What the text leaves as it was may go.
      if (JSON.stringify(gone) !== JSON.stringify(item))
        outcome.conflicts.push(`"${item.title}" was taken off the plan meanwhile`);
      continue;
    }
    const was = before === null ? is : (before.get(item.id) ?? is);
    const isWhole = before !== null && form.only === null;
    const set =
      is === undefined || was === undefined
        ? newSet(item, request.newMember)
        : setOf(item, { was, is, isWhole }, request, outcome);
    if (is !== undefined && before === null) keepUnsaid(set, item, is);
    if (Object.keys(set).length > 0)
      outcome.writes.push({ type: known.has(item.id) ? 'plan.changed' : 'plan.added', key: item.id, set });
  }
  if (before !== null) removals(wanted, { before, now }, outcome);
  addRanks(wanted, { before: before ?? now, current, isMade: base !== null && form.only === null }, outcome);
  return outcome;
}

const newSet = (item: Said, newMember: () => string): PlanSet => ({
  title: item.title,
  state: item.state,
  ...(item.owner === null ? {} : { owner: item.owner }),
  ...(item.priority === null ? {} : { priority: item.priority }),
  ...(item.note === '' ? {} : { note: item.note }),
  ...(item.parent === null ? {} : { parent: item.parent }),
  ...(item.paths.length === 0 ? {} : { paths: item.paths }),
  ...members('dependsOn', item.needs),
  ...members('link', item.links),
  ...movedBlockers([item.blockers, [], []], newMember),
  ...movedQuestions([item.questions, [], []], newMember, () => undefined),
});

const members = (set: string, names: readonly string[]): PlanSet =>
  Object.fromEntries(names.map((name) => [`${set}/${name}`, true]));

interface Sides {
  was: Said;
  is: Said;
  /** Where it stands among the others is said as well. */
  isWhole: boolean;
}

function setOf(item: Said, { was, is, isWhole }: Sides, request: FormRequest, outcome: FormOutcome): PlanSet {
  const set: PlanSet = {};
  const fields = isWhole || request.base === null ? scalars : scalars.filter((field) => field !== 'parent');
  const conflict = (field: string, value: unknown): void => {
    outcome.conflicts.push(`"${is.title}": ${field} has become ${JSON.stringify(value)} meanwhile`);
  };
  for (const field of fields) {
    if (item[field] === was[field] || item[field] === is[field]) continue;
    if (was[field] !== is[field]) conflict(field, is[field]);
    else set[field] = item[field];
  }
  if (!isSameList(item.paths, was.paths) && !isSameList(item.paths, is.paths)) {
    if (isSameList(was.paths, is.paths)) set.paths = item.paths;
    else conflict('paths', is.paths);
  }
  return {
    ...set,
    ...movedMembers('dependsOn', [item.needs, was.needs, is.needs]),
    ...movedMembers('link', [item.links, was.links, is.links]),
    ...movedBlockers([item.blockers, was.blockers, is.blockers], request.newMember),
    ...movedQuestions([item.questions, was.questions, is.questions], request.newMember, conflict),
  };
}

const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

type Three<T> = readonly [wanted: T, was: T, is: T];

function movedMembers(set: string, [wanted, was, is]: Three<readonly string[]>): PlanSet {
  const moved: PlanSet = {};
  for (const name of wanted) if (!was.includes(name) && !is.includes(name)) moved[`${set}/${name}`] = true;
  for (const name of was) if (!wanted.includes(name) && is.includes(name)) moved[`${set}/${name}`] = null;
  return moved;
}

function movedBlockers([wanted, was, is]: Three<Said['blockers']>, newMember: () => string): PlanSet {
  const moved: PlanSet = {};
  const kept = new Set<string | null>();
  for (const { id, text } of wanted) {
    const known = was.find((one) => one.id === id && id !== null);
    if (known !== undefined) kept.add(known.id);
    const isSo = is.some((one) => one.text === text && (known === undefined || one.id === id));
    if (known?.text !== text && !isSo) moved[`blocker/${known?.id ?? newMember()}`] = text;
  }
  for (const { id } of was)
    if (id !== null && !kept.has(id) && is.some((one) => one.id === id)) moved[`blocker/${id}`] = null;
  return moved;
}

function movedQuestions(
  [wanted, was, is]: Three<Said['questions']>,
  newMember: () => string,
  conflict: (field: string, value: unknown) => void,
): PlanSet {
  const moved: PlanSet = {};
  const kept = new Set<string | null>();
  for (const { id, text, answer } of wanted) {
    const known = was.find((one) => one.id === id && id !== null);
    if (known !== undefined) kept.add(known.id);
    if (known?.text === text && known.answer === answer) continue;
    if (known === undefined && is.some((one) => one.text === text && one.answer === answer)) continue;
    const now = is.find((one) => one.id === known?.id);
    if (
      known !== undefined &&
      now !== undefined &&
      (now.answer !== known.answer || now.text !== known.text)
    ) {
      if (now.answer !== answer || now.text !== text) conflict(`the question "${now.text}"`, now.answer);
    } else moved[`question/${known?.id ?? newMember()}`] = { text, answer };
  }
  for (const { id } of was)
    if (id !== null && !kept.has(id) && is.some((one) => one.id === id)) moved[`question/${id}`] = null;
  return moved;
}

/** In a text that somebody has written by himself what is not said stays as it is. */
function keepUnsaid(set: PlanSet, item: Said, is: Said): void {
  // Few who write lists by hand have a sign for what is being done.
  if (item.state === 'todo') delete set.state;
  if (item.owner === null) delete set.owner;
  if (item.priority === null) delete set.priority;
  if (item.note === '') delete set.note;
  if (item.paths.length === 0) delete set.paths;
  if (item.parent === null) delete set.parent;
  for (const [field, value] of Object.entries(set))
    if (field.includes('/') && value === null) delete set[field];
  if (is.parent === item.parent) delete set.parent;
}

function removals(
  wanted: readonly Said[],
  { before, now }: { before: ReadonlyMap<string, Said>; now: ReadonlyMap<string, Said> },
  outcome: FormOutcome,
): void {
  const left = new Set(wanted.map(({ id }) => id));
  for (const [id, was] of before) {
    const is = now.get(id);
    if (left.has(id) || is === undefined) continue;
    if (JSON.stringify(was) === JSON.stringify(is))
      outcome.writes.push({ type: 'plan.changed', key: id, set: { removed: true } });
    else outcome.conflicts.push(`"${is.title}", which the text leaves out, was changed meanwhile`);
  }
}

/** Where the text has another order than the plan has by itself, each of those that stand together gets its place. */
function addRanks(
  wanted: readonly Said[],
  {
    before,
    current,
    isMade,
  }: { before: ReadonlyMap<string, Said>; current: readonly PlanItem[]; isMade: boolean },
  outcome: FormOutcome,
): void {
  if (!isMade) return;
  const places = [...before.keys()];
  const ranks = new Map(current.map(({ id, rank }) => [id, rank]));
  for (const together of Map.groupBy(wanted, ({ parent }) => parent).values()) {
    const known = together.filter(({ id }) => before.has(id));
    // New ones come last by themselves, whatever was there.
    const byItself = [
      ...known.toSorted((a, b) => places.indexOf(a.id) - places.indexOf(b.id)),
      ...together.filter(({ id }) => !before.has(id)),
    ];
    if (together.every(({ id }, index) => byItself[index]?.id === id)) continue;
    for (const [index, { id }] of together.entries())
      if (ranks.get(id) !== index + 1) addField(outcome, id, index + 1);
  }
}

function addField({ writes }: FormOutcome, id: string, rank: number): void {
  const known = writes.find(({ key }) => key === id);
  if (known === undefined) writes.push({ type: 'plan.changed', key: id, set: { rank } });
  else Object.assign(known.set, { rank });
}
