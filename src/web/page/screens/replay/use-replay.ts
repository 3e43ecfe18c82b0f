import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Knowledge, Session } from '../../../../schema/records.ts';
import { asCallError, type Called } from '../../use-call.ts';
import { type Pages, usePages } from '../../use-pages.ts';
import type { Lanes, ReplayPage, ReplaySource, Step } from './source.ts';
import { type Action, pauseMs, type ViewerState } from './state.ts';

const pageSteps = 100;
/** Somebody who goes through steps quickly asks for nothing of those between. */
const settledMs = 150;

export interface Replay {
  steps: Pages<Step>;
  /** What the steps belong to; null: nothing has been answered yet. */
  head: ReplayPage | null;
  sessions: ReadonlyMap<string, Session>;
}

/** The steps of a source, and whose they are. */
export function useReplay(source: ReplaySource): Replay {
  const [head, setHead] = useState<ReplayPage | null>(null);
  const load = useCallback(
    async (skip: number, limit: number, signal: AbortSignal) => {
      let steps: Step[] = [];
      // A page of large steps is cut: the rest of it is asked for.
      for (let order: string | null = null; ; ) {
        const page = await source.page(skip + steps.length, limit - steps.length, signal);
        if (!signal.aborted) setHead((before) => joinHeads(before, page));
        const isOther: boolean = order !== null && order !== page.order;
        order = page.order;
        if (isOther) {
          // What has come so far had other numbers.
          steps = [];
          continue;
        }
        steps.push(...page.steps);
        const isWhole = steps.length >= limit || skip + steps.length >= page.total;
        if (isWhole || page.steps.length === 0) return { rows: steps, total: page.total, order };
      }
    },
    [source],
  );
  const sessions = useMemo(() => {
    const all = [...(head?.session ? [head.session] : []), ...(head?.children ?? [])];
    return new Map(all.map((session) => [session.id, session]));
  }, [head]);
  return { steps: usePages(load, pageSteps), head, sessions };
}

/** Of a branch each page tells its own sessions: those of the pages before stay known. */
function joinHeads(before: ReplayPage | null, page: ReplayPage): ReplayPage {
  const known = new Map((before?.children ?? []).map((session) => [session.id, session]));
  for (const session of page.children) known.set(session.id, session);
  return { ...page, steps: [], children: [...known.values()] };
}

/** What `ask` answers once `key` has stood still; null: nothing is asked. The last answer stays until the next. */
export function useSettled<T>(
  key: string | null,
  ask: (signal: AbortSignal) => Promise<T>,
): Omit<Called<T>, 'refresh'> & { of: string | null } {
  const [state, setState] = useState<Omit<Called<T>, 'refresh'> & { of: string | null }>({
    data: null,
    error: null,
    isLoading: false,
    of: null,
  });
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    if (key === null) return;
    const gone = new AbortController();
    const timer = setTimeout(() => {
      setState((before) => ({ ...before, isLoading: true }));
      latest.current(gone.signal).then(
        (data) => !gone.signal.aborted && setState({ data, error: null, isLoading: false, of: key }),
        (error: unknown) =>
          !gone.signal.aborted &&
          setState({ data: null, error: asCallError(error), isLoading: false, of: key }),
      );
    }, settledMs);
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [key]);
  return state;
}

export const useKnowledge = (source: ReplaySource, key: string, { at, isKnowledge, total }: ViewerState) =>
  useSettled<Knowledge | null>(isKnowledge && total > 0 ? `${key} ${at}` : null, (signal) =>
    source.knowledge(at, signal),
  );

const laneBuckets = 160;

/** The lanes; asked for anew when there are more steps, and that not all the time. */
export const useLanes = (source: ReplaySource, key: string, total: number) =>
  useSettled<Lanes>(total > 0 ? `${key} ${total}` : null, (signal) => source.lanes(laneBuckets, signal));

/** Goes on by itself while it plays. */
export function usePlaying(
  { isPlaying, at, speed, total }: ViewerState,
  stepAt: (index: number) => Step | undefined,
  dispatch: (action: Action) => void,
): void {
  const [here, next] = [stepAt(at), stepAt(at + 1)];
  const isAtEnd = at + 1 >= total;
  const waitMs = here === undefined || next === undefined ? null : pauseMs(here.at, next.at, speed);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step has a pause of its own, even of equal length
  useEffect(() => {
    if (!isPlaying || (waitMs === null && !isAtEnd)) return;
    const timer = setTimeout(() => dispatch({ type: 'tick' }), isAtEnd ? 0 : (waitMs ?? 0));
    return () => clearTimeout(timer);
  }, [isPlaying, at, waitMs, isAtEnd, dispatch]);
}
