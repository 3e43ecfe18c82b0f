import type { Event } from '../../../../src/schema/event.ts';
import type { Knowledge } from '../../../../src/schema/records.ts';
import type { Lanes } from '../../../../src/tui/replay/lane-lines.ts';
import type { Opened, Source } from '../../../../src/tui/replay/source.ts';
import { openState, type Page } from '../../../../src/tui/replay/state.ts';
import { at0, eventOf, replayPage } from '../../cli/records.ts';

type StepOf = (index: number) => Event;

/** What is asked of a replay whose steps are made as they are asked for. */
export interface MadeReplay {
  opened: Opened;
  /** From where steps were loaded. */
  loads: number[];
  page(after: number, limit: number): Page;
  find: Source['find'];
}

const isWanted = (event: Event, kind: string | undefined, text: string): boolean =>
  (kind === undefined || (kind === 'failure' ? event.status !== 'ok' : event.type === kind)) &&
  event.text.toLowerCase().includes(text.toLowerCase());

export function madeReplay(
  total: number,
  step: StepOf = eventOf,
  know: (step: number) => Promise<Knowledge | null> = async () => null,
): MadeReplay {
  const loads: number[] = [];
  const page = (after: number, limit: number): Page => replayPage(total, after, limit, step);
  const find: Source['find'] = async (_choice, wanted) => {
    const { from = -1, direction = 'next', kind, text = '', at, event } = wanted;
    const since = at === undefined ? Number.NEGATIVE_INFINITY : Date.parse(at);
    const way = direction === 'next' ? 1 : -1;
    let found: number | null = null;
    for (let number = from + way; found === null && number >= 0 && number < total; number += way) {
      const one = step(number);
      if (isWanted(one, kind, text) && one.at >= since && (event === undefined || event === one.id))
        found = number;
    }
    return {
      workspace: 'w',
      step: found,
      event: found === null ? null : step(found),
      searched: null,
      total,
      order: 'first',
    };
  };
  const lane = { session: 'ses_1', agent: 'claude-code', title: '', parent: null, first: 0 };
  const counts = { steps: [total], failures: [0], edits: [0] };
  const last = total === 0 ? at0 : step(total - 1).at;
  const lanes: Lanes = {
    workspace: 'w',
    from: total === 0 ? at0 : step(0).at,
    to: last,
    bucketMs: 60_000,
    first: [0],
    lanes: [{ ...lane, ...counts }],
    total: 1,
  };
  const source: Source = {
    load: async (_choice, after, limit) => {
      loads.push(after);
      return page(after, limit);
    },
    know: async (_choice, number) => ({ ...page(number, 1), state: await know(number) }),
    find,
    lanes: async () => lanes,
    fork: async (name) => name,
  };
  const state = openState(page(0, 100), { after: 0, at: 0 });
  return { opened: { source, state, lanes }, loads, page, find };
}
