import { useMemo, useState } from 'react';
import { Answer, Failure, Nothing } from '../parts/answer.tsx';
import { Heading } from '../parts/heading.tsx';
import { useQuery } from '../parts/query.ts';
import { useKeys } from '../use-keys.ts';
import { AddDialog } from './plan/add-dialog.tsx';
import { Board } from './plan/board.tsx';
import { Drift } from './plan/drift.tsx';
import { Filter } from './plan/filter.tsx';
import {
  columnsOf,
  type Direction,
  InPlanProvider,
  type Item,
  neighbourOf,
  type State,
  stateBeside,
  states,
  type Wanted,
  wantedItems,
} from './plan/in-plan.ts';
import { ItemPane } from './plan/item-pane.tsx';
import { List } from './plan/list.tsx';
import { type PlanData, usePlanData } from './plan/use-plan-data.ts';
import '../style/parts.css';
import '../style/plan.css';
import '../style/plan-item.css';

/** What is to be done, by how far it is. */
export default function Plan() {
  const data = usePlanData();
  const { query, ask } = useQuery();
  const [isAdding, setIsAdding] = useState(false);
  const [isDrifting, setIsDrifting] = useState(false);
  const form = query.get('form') === 'list' ? 'list' : 'board';
  const setForm = (): void => ask({ form: form === 'list' ? null : 'list' });
  useKeys({ n: () => setIsAdding(true), v: setForm, '/': focusFilter });
  return (
    <div className="plan">
      <Heading title="Plan">
        <button type="button" aria-pressed={isDrifting} onClick={() => setIsDrifting(!isDrifting)}>
          What changed
        </button>
        <button type="button" onClick={setForm}>
          {form === 'list' ? 'As a board' : 'As a list'} <kbd>v</kbd>
        </button>
        <button type="button" className="main" onClick={() => setIsAdding(true)}>
          New item <kbd>n</kbd>
        </button>
      </Heading>
      <p className="unseen" role="status">
        {data.said}
      </p>
      {data.error !== null && <Failure error={data.error} />}
      <Answer called={data.called}>
        {({ items }) =>
          items.length === 0 ? (
            <NoPlan />
          ) : (
            <Shown data={data} items={items} form={form} isDrifting={isDrifting} />
          )
        }
      </Answer>
      {isAdding && (
        <AddDialog
          first="todo"
          onClose={() => setIsAdding(false)}
          onAdded={(id) => {
            setIsAdding(false);
            data.refresh();
            ask({ item: id });
          }}
        />
      )}
    </div>
  );
}

const focusFilter = (): void => document.querySelector<HTMLElement>('[data-filter]')?.focus();

function Shown({
  data,
  items,
  form,
  isDrifting,
}: {
  data: PlanData;
  items: readonly Item[];
  form: 'board' | 'list';
  isDrifting: boolean;
}) {
  const { query, ask } = useQuery();
  const [wanted, want] = useState<Wanted>({ text: '', owner: null, only: 'all' });
  const [active, setActive] = useState<string | null>(null);
  const [column, setColumn] = useState<State>('todo');
  const [focus, setFocus] = useState(0);
  const opened = query.get('item');
  const found = useMemo(() => wantedItems(items, wanted, data.offers), [items, wanted, data.offers]);
  const columns = useMemo(() => columnsOf(found), [found]);
  const listed = useMemo(() => states.flatMap(({ state }) => columns[state]), [columns]);
  const activate = (id: string | null): void => {
    setActive(id);
    const state = id === null ? undefined : data.items.get(id)?.state;
    if (state !== undefined) setColumn(state);
  };
  const go = (direction: Direction): void => {
    activate(form === 'list' ? besideIn(listed, active, direction) : neighbourOf(columns, active, direction));
    setFocus((before) => before + 1);
  };
  const move = (by: 1 | -1): void => {
    const item = active === null ? undefined : data.items.get(active);
    const state = item === undefined ? null : stateBeside(item.state, by);
    if (item === undefined || state === null) return;
    void data.change(item, { state });
    setColumn(state);
    setFocus((before) => before + 1);
  };
  const close = (): void => {
    if (opened === null) return;
    ask({ item: null });
    activate(opened);
    setFocus((before) => before + 1);
  };
  const onBoard = (act: () => void) => () => {
    if (document.activeElement?.closest('.item-pane') === null || document.activeElement === null) act();
  };
  useKeys({
    ArrowDown: onBoard(() => go('down')),
    ArrowUp: onBoard(() => go('up')),
    ArrowLeft: onBoard(() => go('left')),
    ArrowRight: onBoard(() => go('right')),
    j: onBoard(() => go('down')),
    k: onBoard(() => go('up')),
    h: onBoard(() => go('left')),
    l: onBoard(() => go('right')),
    'Shift+ArrowRight': onBoard(() => move(1)),
    'Shift+ArrowLeft': onBoard(() => move(-1)),
    '>': onBoard(() => move(1)),
    '<': onBoard(() => move(-1)),
    Escape: close,
  });
  const inPlan = { ...data, active, activate, open: (id: string) => ask({ item: id }) };
  return (
    <InPlanProvider value={inPlan}>
      <div className="plan-head">
        <Filter items={items} wanted={wanted} want={want} />
        <span className="quiet">
          {found.length === items.length
            ? `${items.length.toLocaleString('en')} items`
            : `${found.length.toLocaleString('en')} of ${items.length.toLocaleString('en')} items`}
          <span className="keys">
            {' '}
            · arrows move, <kbd>Shift</kbd> with them moves the item, <kbd>Enter</kbd> opens
          </span>
        </span>
      </div>
      {isDrifting && <Drift />}
      <div className={opened === null ? 'plan-body' : 'plan-body open'}>
        {form === 'board' ? (
          <Board columns={columns} focus={focus} shown={column} show={setColumn} />
        ) : (
          <List items={listed} focus={focus} />
        )}
        {opened !== null && <ItemPane id={opened} onClose={close} />}
      </div>
    </InPlanProvider>
  );
}

/** The item above or below another in a list. */
function besideIn(listed: readonly Item[], active: string | null, direction: Direction): string | null {
  const at = listed.findIndex(({ id }) => id === active);
  if (at === -1) return listed[0]?.id ?? null;
  const by = { up: -1, down: 1, left: 0, right: 0 }[direction];
  return listed[at + by]?.id ?? active;
}

function NoPlan() {
  return (
    <Nothing>
      <p>Nothing is planned.</p>
      <p>
        <kbd>n</kbd> writes the first item; in a terminal: <code>hivemind plan add "What is to be done"</code>
      </p>
    </Nothing>
  );
}
