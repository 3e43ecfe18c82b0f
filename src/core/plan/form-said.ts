import type { PlanItem } from '../../schema/records.ts';
import { safeLine } from '../safe-text.ts';
import { decoded, type Form, type FormItem, parseForm } from './form-parse.ts';
import { formText } from './form-text.ts';

/** What of an item a text says, with the ids of what it names. */
export interface Said extends Omit<FormItem, 'line' | 'token' | 'parent' | 'needs'> {
  id: string;
  parent: string | null;
  needs: string[];
}

/** What the names in a text are looked up in. */
export interface FormNames {
  /** The plan that the text was made from; null: somebody has written it by himself. */
  base: readonly PlanItem[] | null;
  current: readonly PlanItem[];
  newId: () => string;
  /** Link as it is typed → as it is kept. */
  links: ReadonlyMap<string, string>;
}

/** The items that a text of this form shows: all of them, the one that it is about, or those that it names. */
export function scopeOf(items: readonly PlanItem[], form: Form, wanted: readonly Said[]): PlanItem[] {
  if (form.base !== null && form.only === null) return [...items];
  const named = new Set(wanted.map(({ id }) => id));
  const only = form.only === null ? null : idOf(idsIn(items), form.only);
  return items.filter(({ id }) => named.has(id) || id === only);
}

/** The same items as a text of ours would say them: what a text cannot say is not changed by one. */
export function saidOf(items: readonly PlanItem[], all: readonly PlanItem[]): Map<string, Said> {
  const form = parseForm(formText(items, all, null));
  const faults: string[] = [];
  const links = new Map(form.items.flatMap((item) => item.links.map((link) => [link, link] as const)));
  const request = { form, current: all, base: null, links, newId: () => '', newMember: () => '' };
  return new Map(saidIn(form, request, faults).map((item) => [item.id, item]));
}

export function saidIn(form: Form, names: FormNames, faults: string[]): Said[] {
  const all = [...names.current, ...(names.base ?? [])];
  // What the text was made from goes first: an id that came later may end alike.
  const known = [idsIn(names.base ?? []), idsIn(names.current)];
  const named = (token: string): string | null =>
    known.reduce<string | null>((found, ids) => found ?? idOf(ids, token), null);
  const ids = idsOf(form, names, { named, faults });
  const byTitle = new Map<string, string>();
  for (const [index, { title }] of form.items.entries()) byTitle.set(title, ids[index] ?? '');
  for (const { id, title } of all) if (!byTitle.has(title)) byTitle.set(title, id);
  return form.items.map(({ line, token: _token, parent, needs, ...item }, index) => ({
    ...item,
    id: ids[index] ?? '',
    parent: parent === null ? null : (ids[parent] ?? null),
    links: item.links.map((link) => names.links.get(link) ?? link),
    needs: needs.flatMap((need) => {
      const id = needed(need, named, byTitle);
      if (id === null) faults.push(`line ${line}: needs "${need.slice(0, 60)}", which is not on the plan`);
      return id ?? [];
    }),
  }));
}

/**
 * Ids of the items of a text, new ones included. A line without an id is an item that has come since under the same title
 * and whole, if there is one: a text that is read twice adds nothing twice.
 */
function idsOf(
  form: Form,
  { current, base, newId }: FormNames,
  { named, faults }: { named: (token: string) => string | null; faults: string[] },
): string[] {
  const tokens = form.items.map(({ token }) => (token === null ? null : named(token)));
  const taken = new Set<string>(tokens.flatMap((id) => id ?? []));
  const old = idsIn(base ?? []);
  const alike = Map.groupBy(
    current.filter(({ id }) => !old.has(id) && !taken.has(id)),
    ({ parent, title }) => placeOf(parent, title),
  );
  const ids: string[] = [];
  const told = new Set<string>();
  for (const [index, { token, line, parent, title }] of form.items.entries()) {
    const whole = parent === null ? null : (ids[parent] ?? null);
    const id = token === null ? (alike.get(placeOf(whole, title))?.shift()?.id ?? newId()) : tokens[index];
    if (id == null) faults.push(`line ${line}: no plan item ^${token?.slice(0, 40)} is seen here`);
    else if (id !== '' && told.has(id))
      faults.push(`line ${line}: ^${id.slice(-6)} stands here a second time`);
    told.add(id ?? '');
    ids.push(id ?? '');
  }
  return ids;
}

const placeOf = (parent: string | null, title: string): string => `${parent ?? ''}\n${safeLine(title)}`;

function needed(
  need: string,
  named: (token: string) => string | null,
  byTitle: ReadonlyMap<string, string>,
): string | null {
  const [first = ''] = need.split(' ');
  if (!first.startsWith('^')) return byTitle.get(need) ?? null;
  const token = first.slice(1);
  // One that is not seen here any more stands whole, and stays.
  return named(token) ?? (token.length > 32 ? decoded(token) : null);
}

const idsIn = (items: readonly PlanItem[]): ReadonlySet<string> => new Set(items.map(({ id }) => id));

/** The item that a token names: all of its id, or the end of it where that is of one only. */
function idOf(ids: ReadonlySet<string>, token: string): string | null {
  const whole = decoded(token);
  if (ids.has(whole)) return whole;
  const [found, another] = [...ids].filter((id) => token.length >= 4 && id.endsWith(token));
  return another === undefined ? (found ?? null) : null;
}
