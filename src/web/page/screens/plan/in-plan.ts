import { createContext, useContext } from 'react';
import { byUrgency } from '../../../../core/plan/readiness.ts';
import type { InputOf, OutputOf } from '../../../../schema/operation.ts';
import type { MarkName } from '../../parts/mark.tsx';

export type Item = OutputOf<'plan.show'>['items'][number];
export type State = Item['state'];
export type Offer = OutputOf<'plan.next'>['offers'][number];
export type Claim = OutputOf<'plan.show'>['claims'][number];
/** What one may say about an item. */
export type Change = Omit<InputOf<'plan.set'>, 'item' | 'workspace' | 'branch' | 'caller' | 'cwd'>;

export const states: readonly { state: State; label: string; mark: MarkName; tone: string }[] = [
  { state: 'todo', label: 'To do', mark: 'open', tone: '' },
  { state: 'doing', label: 'Doing', mark: 'doing', tone: 'warn' },
  { state: 'blocked', label: 'Blocked', mark: 'blocked', tone: 'bad' },
  { state: 'done', label: 'Done', mark: 'yes', tone: 'good' },
  { state: 'dropped', label: 'Dropped', mark: 'no', tone: 'quiet' },
];

export const labelOf = (state: State): string => states.find((one) => one.state === state)?.label ?? state;

/** What every part of the screen of the plan knows. */
export interface InPlan {
  items: ReadonlyMap<string, Item>;
  /** Item → why it can be begun. */
  offers: ReadonlyMap<string, Offer>;
  /** Item → by whom it is being done. */
  claims: ReadonlyMap<string, Claim>;
  /** The item that the keys are about. */
  active: string | null;
  activate(id: string): void;
  open(id: string): void;
  /** Resolves to whether it is written; what goes wrong is shown. */
  change(item: Item, change: Change): Promise<boolean>;
}

const Context = createContext<InPlan | null>(null);
export const InPlanProvider = Context.Provider;

export function usePlan(): InPlan {
  const known = useContext(Context);
  if (known === null) throw new Error('usePlan is called outside of the plan');
  return known;
}

export interface Wanted {
  text: string;
  /** null: whoever it is; empty: nobody. */
  owner: string | null;
  only: Only;
}

export const onlyTexts = {
  all: 'All',
  ready: 'Ready to begin',
  waiting: 'Waiting for others',
  questions: 'With open questions',
  contested: 'Contested',
} as const;
export type Only = keyof typeof onlyTexts;

const isOpen = ({ state }: Item): boolean => state !== 'done' && state !== 'dropped';

const shows: Record<Only, (item: Item, offers: InPlan['offers']) => boolean> = {
  all: () => true,
  ready: ({ id }, offers) => offers.get(id)?.footing === 'ready',
  waiting: (item, offers) =>
    isOpen(item) && !offers.has(item.id) && (item.dependsOn.length > 0 || item.blockers.length > 0),
  questions: ({ questions }) => questions.some(({ answer }) => answer === null),
  contested: ({ contested }) => contested.length > 0,
};

/** The items that are wanted, the most urgent first. */
export function wantedItems(
  items: readonly Item[],
  { text, owner, only }: Wanted,
  offers: InPlan['offers'],
): Item[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return items
    .filter((item) => {
      if (owner !== null && (item.owner ?? '') !== owner) return false;
      if (!shows[only](item, offers)) return false;
      const said = `${item.title}\n${item.owner ?? ''}\n${item.note}\n${item.id}`.toLowerCase();
      return words.every((word) => said.includes(word));
    })
    .sort(byUrgency);
}

/** The items of each state, in their order. */
export function columnsOf(items: readonly Item[]): Record<State, Item[]> {
  const columns: Record<State, Item[]> = { todo: [], doing: [], blocked: [], done: [], dropped: [] };
  for (const item of items) columns[item.state].push(item);
  // What was finished last is asked for first.
  for (const state of ['done', 'dropped'] as const) columns[state].sort((a, b) => b.updatedAt - a.updatedAt);
  return columns;
}

export type Direction = 'up' | 'down' | 'left' | 'right';

/** The item that lies in a direction from another on the board; empty columns are passed over. */
export function neighbourOf(
  columns: Readonly<Record<State, readonly Item[]>>,
  active: string | null,
  direction: Direction,
): string | null {
  const board = states.map(({ state }) => columns[state]);
  const at = board.findIndex((column) => column.some(({ id }) => id === active));
  if (at === -1) return board.find((column) => column.length > 0)?.[0]?.id ?? null;
  const column = board[at] ?? [];
  const row = column.findIndex(({ id }) => id === active);
  if (direction === 'up' || direction === 'down')
    return column[row + (direction === 'up' ? -1 : 1)]?.id ?? active;
  const side = direction === 'left' ? board.slice(0, at).reverse() : board.slice(at + 1);
  const next = side.find((one) => one.length > 0);
  return next?.[Math.min(row, next.length - 1)]?.id ?? active;
}

/** The state that lies beside another on the board. */
export function stateBeside(state: State, by: 1 | -1): State | null {
  const at = states.findIndex((one) => one.state === state);
  return states[at + by]?.state ?? null;
}
