import { v7 as uuidv7 } from 'uuid';
import { type PlanSet, type PlanWrite, ringMadeBy } from '../../core/plan/plan-set.ts';
import { AppError } from '../../schema/app-error.ts';
import type { ParsedOf } from '../../schema/operation.ts';
import type { PlanItem } from '../../schema/records.ts';
import { itemNamed } from './items.ts';
import { linkAmong } from './links.ts';

/** What somebody wants an item to be; links are as they are kept. */
export type ItemWish = Partial<
  Omit<ParsedOf<'plan.set'>, 'item' | 'workspace' | 'cwd' | 'branch' | 'caller'>
>;

/** The fields that a wish writes. Only what differs from the item as it is; of a new one everything that is said. */
export function changesOf(
  items: readonly PlanItem[],
  item: PlanItem,
  wish: ItemWish,
  { isNew }: { isNew: boolean },
): PlanSet {
  const set: PlanSet = {
    ...plainFields(wish),
    ...parentField(items, wish.parent),
    ...dependencies(items, item, wish),
    ...links(item, wish),
    ...blockers(item, wish),
    ...questions(item, wish),
  };
  return isNew ? set : differing(item, set);
}

function plainFields({ title, state, note, owner, paths, priority, remove }: ItemWish): PlanSet {
  const all: PlanSet = {
    title,
    state,
    note,
    owner: owner === undefined ? undefined : owner.trim() || null,
    paths,
    priority,
    removed: remove === true ? true : undefined,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function parentField(items: readonly PlanItem[], wanted: string | undefined): PlanSet {
  if (wanted === undefined) return {};
  return { parent: wanted.trim() === '' ? null : itemNamed(items, wanted).id };
}

function dependencies(items: readonly PlanItem[], item: PlanItem, wish: ItemWish): PlanSet {
  const set: PlanSet = {};
  if (wish['no-depends-on'] === true) for (const id of item.dependsOn) set[`dependsOn/${id}`] = null;
  for (const wanted of wish.undepend ?? []) set[`dependsOn/${dependencyNamed(items, item, wanted)}`] = null;
  for (const wanted of wish['depends-on'] ?? []) {
    const id = itemNamed(items, wanted).id;
    // What it depends on already is not written again.
    if (item.dependsOn.includes(id)) delete set[`dependsOn/${id}`];
    else set[`dependsOn/${id}`] = true;
  }
  return set;
}

/** One that it depends on; also one that is not seen here any more, by its id. */
function dependencyNamed(items: readonly PlanItem[], { dependsOn }: PlanItem, wanted: string): string {
  const tail = wanted.trim().replace(/^itm_/, '');
  const [known, another] = dependsOn.filter((id) => tail.length >= 4 && id.endsWith(tail));
  if (known !== undefined && another === undefined) return known;
  const { id, title } = itemNamed(items, wanted);
  if (dependsOn.includes(id)) return id;
  throw new AppError('FAILED_PRECONDITION', `it does not depend on "${title}"`, {
    hint: 'hivemind plan show ITEM',
  });
}

function links(item: PlanItem, { link = [], unlink = [] }: ItemWish): PlanSet {
  const set: PlanSet = {};
  for (const wanted of unlink) set[`link/${linkAmong(item.links, wanted)}`] = null;
  for (const ref of link) if (!item.links.includes(ref)) set[`link/${ref}`] = true;
  return set;
}

/** Eight digits: enough that two machines do not make the same within one item. */
export const memberId = (): string => uuidv7().slice(-8);

function blockers({ blockers: known }: PlanItem, { blocker, unblock = [] }: ItemWish): PlanSet {
  const set: PlanSet = {};
  for (const wanted of unblock) set[`blocker/${memberNamed(known, wanted, 'blocker')}`] = null;
  if (blocker !== undefined) set[`blocker/${memberId()}`] = blocker;
  return set;
}

function questions({ questions: known }: PlanItem, { question, answer }: ItemWish): PlanSet {
  const set: PlanSet = {};
  if (answer !== undefined) {
    const at = answer.indexOf('=');
    const id = memberNamed(known, answer.slice(0, at), 'question');
    const said = answer
      .slice(at + 1)
      .trim()
      .slice(0, 4000);
    const text = known.find((one) => one.id === id)?.text ?? '';
    set[`question/${id}`] = said === '' ? null : { text, answer: said };
  }
  if (question !== undefined) set[`question/${memberId()}`] = { text: question, answer: null };
  return set;
}

function memberNamed(known: readonly { id: string }[], given: string, what: string): string {
  const wanted = given.trim();
  const found = known.find(({ id }) => id === wanted);
  if (found !== undefined) return found.id;
  const ids = known.map(({ id }) => id).join(', ');
  throw new AppError('NOT_FOUND', `it has no ${what} ${wanted.slice(0, 100)}`, {
    hint: ids === '' ? `it has no ${what} at all: hivemind plan show ITEM` : `it has ${ids}`,
  });
}

/** Throws FAILED_PRECONDITION that names the ring which the writes would close. */
export function checkRings(items: readonly PlanItem[], writes: readonly PlanWrite[]): void {
  if (!writes.some(({ set }) => Object.entries(set).some(isTie))) return;
  const ring = ringMadeBy(items, writes);
  if (ring === null) return;
  const [first, second] = ring.map(({ id }) => id.slice(-6));
  const named = ring.map(({ id, title }) => `"${title}" (${id.slice(-6)})`);
  throw new AppError('FAILED_PRECONDITION', `it would wait for itself: ${named.join(' waits for ')}`, {
    hint: `hivemind plan set ${first} --undepend ${second}, or another --parent`,
    details: { ring: ring.map(({ id }) => id) },
  });
}

const isTie = ([field, value]: [string, unknown]): boolean =>
  value !== null && (field === 'parent' || field.startsWith('dependsOn/'));

/** Without what it is already and nobody contests: writing that again would only hide who wrote it first. */
function differing(item: PlanItem, set: PlanSet): PlanSet {
  const known = item as unknown as Record<string, unknown>;
  const contested = new Set(item.contested.map(({ field }) => field));
  return Object.fromEntries(
    Object.entries(set).filter(
      ([field, value]) =>
        contested.has(field) || !(field in known) || JSON.stringify(known[field]) !== JSON.stringify(value),
    ),
  );
}

/** What is shown and searched of a write. */
export function describeSet(items: readonly PlanItem[], { title, ...others }: PlanSet): string {
  const nameOf = (id: string): string => items.find((item) => item.id === id)?.title ?? id;
  const lines = Object.entries(others).map(([field, value]) => {
    const [set, member = ''] = field.split(/\/(.*)/s);
    if (set === 'dependsOn')
      return `${value === null ? 'no longer depends on' : 'depends on'}: ${nameOf(member)}`;
    if (set === 'link') return `${value === null ? 'no longer linked to' : 'link'}: ${member}`;
    if (set === 'blocker') return value === null ? `blocker ${member} is gone` : `blocker: ${String(value)}`;
    if (set === 'question') return questionText(member, value);
    if (field === 'parent') return value === null ? 'a part of nothing' : `part of: ${nameOf(String(value))}`;
    return `${field}: ${Array.isArray(value) ? value.join(', ') : String(value ?? 'nobody')}`;
  });
  return [...(title === undefined ? [] : [String(title)]), ...lines].join('\n');
}

function questionText(id: string, value: unknown): string {
  const { text = '', answer = null } = (value ?? {}) as { text?: string; answer?: string | null };
  if (value === null) return `question ${id} is taken back`;
  return answer === null ? `question: ${text}` : `question: ${text}\nanswer: ${answer}`;
}
