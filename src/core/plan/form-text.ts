import type { PlanItem } from '../../schema/records.ts';
import type { Standpoint } from '../../schema/view.ts';
import { safeLine, safeText } from '../safe-text.ts';

/** State → what stands between the brackets. */
export const stateMarks: Readonly<Record<PlanItem['state'], string>> = {
  todo: ' ',
  doing: '~',
  blocked: '!',
  done: 'x',
  dropped: '-',
};

const help = [
  '[ ] todo  [~] doing  [!] blocked  [x] done  [-] dropped. A line without ^id is a new item; what is',
  'indented below another is a part of it. Below an item: priority: 0 to 4, owner: NAME, needs: ^id or',
  'title, path: FILE, link: REF, blocker: TEXT, question: TEXT, answer: TEXT, and "> " before its note.',
];

/** The view that a text was made from: what it leaves out, and what has changed since, is told by that. */
export const headOfForm = ({ branch, cut }: Standpoint, only: string | null, name: string): string => {
  const writers = Object.entries(cut)
    .map(([writer, seq]) => `${writer}:${seq}`)
    .sort();
  const part = only === null ? '' : ` item ^${only}`;
  return `<!-- hivemind plan at ${[branch, ...writers].join(' ')}${part} (${safeLine(name).replaceAll('--', '- -')}) -->`;
};

/** Fewest digits of an id by which a text names an item. */
const leastToken = 6;
const usualId = /^itm_[0-9a-f]{32}$/;

/** Item → the end of its id, as long as it must be to be the only one; an id of another form stands whole. */
export function tokensOf(items: readonly PlanItem[]): Map<string, string> {
  const ids = items.map(({ id }) => id);
  for (let digits = leastToken; digits < 32; digits += 2) {
    const tails = new Set(ids.map((id) => id.slice(-digits)));
    if (tails.size === ids.length || digits >= 30)
      return new Map(
        ids.map((id) => [id, usualId.test(id) ? id.slice(-digits) : encodeURIComponent(id.toWellFormed())]),
      );
  }
  return new Map();
}

/** Items as a Markdown check list, each under what it is a part of. `all`: those whose ids and titles may be named. */
export function formText(items: readonly PlanItem[], all: readonly PlanItem[], head: string | null): string {
  const tokens = tokensOf(all);
  const titles = new Map(all.map(({ id, title }) => [id, title]));
  const shown = new Set(items.map(({ id }) => id));
  const parts = Map.groupBy(items, ({ parent }) => (parent !== null && shown.has(parent) ? parent : null));
  const lines: string[] = head === null ? [] : [head, `<!-- ${help.join('\n     ')} -->`, ''];
  const seen = new Set<string>();
  const write = (from: readonly PlanItem[]): void => {
    // A list, not recursion: a chain of parts may be deeper than the stack.
    const waiting = from.map((item) => ({ item, depth: 0 })).reverse();
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { item, depth } = next;
      if (seen.has(item.id)) continue;
      seen.add(item.id);
      lines.push(...itemLines(item, '  '.repeat(depth), { tokens, titles }));
      const below = (parts.get(item.id) ?? []).map((part) => ({ item: part, depth: depth + 1 }));
      waiting.push(...below.reverse());
    }
  };
  write(parts.get(null) ?? []);
  // Two machines may each have put one under the other: a ring has no beginning.
  write(items.filter(({ id }) => !seen.has(id)));
  return `${lines.join('\n')}\n`;
}

interface Names {
  tokens: ReadonlyMap<string, string>;
  titles: ReadonlyMap<string, string>;
}

/** What a text cannot say (nothing is left of it that may be shown; it is not on the plan) is left out, and stays as it is. */
function itemLines(item: PlanItem, indent: string, { tokens, titles }: Names): string[] {
  const line = (name: string, text: string, id: string | null = null): string[] => {
    const shown = safeLine(text);
    const token = id === null ? '' : ` ^${encodeURIComponent(id.toWellFormed())}`;
    return shown === '' ? [] : [`${indent}  - ${name}: ${shown}${token}`];
  };
  const needs = item.dependsOn.filter((id) => tokens.has(id));
  return [
    `${indent}- [${stateMarks[item.state]}] ${safeLine(item.title) || '(untitled)'} ^${tokens.get(item.id) ?? ''}`,
    ...(item.priority === null ? [] : line('priority', String(item.priority))),
    ...line('owner', item.owner ?? ''),
    ...needs.flatMap((id) => line('needs', `^${tokens.get(id)} ${titles.get(id) ?? ''}`)),
    ...item.paths.flatMap((text) => line('path', text)),
    ...item.links.flatMap((text) => line('link', text)),
    ...item.blockers.flatMap(({ id, text }) => line('blocker', text, id)),
    ...item.questions.flatMap(({ id, text, answer }) => {
      const asked = line('question', text, id);
      return asked.length === 0 ? [] : [...asked, ...line('answer', answer ?? '')];
    }),
    ...(item.note === '' ? [] : noteLines(item.note, indent)),
  ];
}

const noteLines = (note: string, indent: string): string[] =>
  safeText(note)
    .split('\n')
    .map((text) => `${indent}  > ${text}`.trimEnd());
