import { useEffect, useMemo, useState } from 'react';
import { whoOf } from '../../core/replay/who.ts';
import { safeLine } from '../../core/safe-text.ts';
import type { Event } from '../../schema/event.ts';
import type { Line } from '../lines.ts';
import { colouringFor } from './colouring.ts';
import { detailLines } from './detail-lines.ts';
import type { Colouring } from './diff-lines.ts';
import { knowledgeLines } from './knowledge-lines.ts';
import { type Lanes, laneBuckets } from './lane-lines.ts';
import { pauseMs } from './playing.ts';
import type { Source } from './source.ts';
import { type Action, type Page, type ReplayState, stepAt } from './state.ts';
import { wantedSteps } from './window.ts';

type Dispatch = (action: Action) => void;

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Loads the steps that come into reach, answers what is asked, and plays. */
export function useReplay(state: ReplayState, dispatch: Dispatch, source: Source, rows: number): void {
  useLoading(state, dispatch, source, rows);
  useAsking(state, dispatch, source);
  useForking(state, dispatch, source);
  usePlaying(state, dispatch);
}

function useLoading(state: ReplayState, dispatch: Dispatch, source: Source, rows: number): void {
  const { choice, era } = state;
  const wanted = wantedSteps(state, rows);
  const [after, limit] = [wanted?.after ?? null, wanted?.limit ?? 0];
  useEffect(() => {
    if (after === null) return;
    source.load(choice, after, limit).then(
      (output) => dispatch({ type: 'loaded', era, after, output }),
      (error: unknown) => dispatch({ type: 'failed', message: messageOf(error) }),
    );
  }, [after, limit, era, choice, source, dispatch]);
}

function useAsking({ ask, choice }: ReplayState, dispatch: Dispatch, source: Source): void {
  useEffect(() => {
    if (ask === null) return;
    source.find(choice, ask.wanted).then(
      (output) => dispatch({ type: 'found', number: ask.number, output }),
      (error: unknown) => dispatch({ type: 'failed', message: messageOf(error) }),
    );
  }, [ask, choice, source, dispatch]);
}

function useForking({ fork }: ReplayState, dispatch: Dispatch, source: Source): void {
  useEffect(() => {
    if (fork === null) return;
    source.fork(fork.name, fork.event).then(
      (name) =>
        dispatch({
          type: 'forked',
          message: `the branch ${name} begins here: hivemind branch switch ${name}`,
        }),
      (error: unknown) => dispatch({ type: 'forked', message: messageOf(error) }),
    );
  }, [fork, source, dispatch]);
}

function usePlaying(state: ReplayState, dispatch: Dispatch): void {
  const pause = pauseMs(state);
  const { at } = state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step has a pause of its own, even of equal length
  useEffect(() => {
    if (pause === null) return;
    const timer = setTimeout(() => dispatch({ type: 'tick' }), pause);
    return () => clearTimeout(timer);
  }, [pause, at, dispatch]);
}

/** The shown step in lines; with the colours of its language as soon as these are loaded. */
export function useDetail(state: ReplayState, columns: number, colour: boolean): Line[] {
  const event = stepAt(state, state.at);
  const who =
    event === undefined ? null : (whoOf(event, state.session?.id ?? null, state.sessions)?.name ?? null);
  const colouring = useColouring(colour ? event : undefined);
  return useMemo(() => {
    if (event === undefined) return [{ text: 'loading…', tone: 'dim' }];
    return detailLines(event, { who, columns, colouring });
  }, [event, who, columns, colouring]);
}

function useColouring(event: Event | undefined): Colouring | null {
  const path = event?.type === 'file.edited' ? (event.paths[0] ?? null) : null;
  const [known, setKnown] = useState<{ path: string; colouring: Colouring | null } | null>(null);
  useEffect(() => {
    if (path === null) return;
    let isWanted = true;
    const set = (colouring: Colouring | null): void => {
      if (isWanted) setKnown({ path, colouring });
    };
    // Without colours a diff is read as well.
    colouringFor(path).then(set, () => set(null));
    return () => {
      isWanted = false;
    };
  }, [path]);
  return known !== null && known.path === path ? known.colouring : null;
}

/** Somebody who goes through steps quickly asks for none of those between. */
const settledMs = 120;

const linesOf = ({ state }: Page, columns: number): Line[] =>
  state === null ? [] : knowledgeLines(state, columns);

/** The plan, the decisions and the claims at the step, while these are to be shown; null when they are not. */
export function useKnowledge(
  { isKnowledge, at, choice, era, order }: ReplayState,
  dispatch: Dispatch,
  source: Source,
  columns: number,
): Line[] | null {
  const [known, setKnown] = useState<{ at: number; order: string; lines: Line[] } | null>(null);
  useEffect(() => {
    if (!isKnowledge) return;
    let isWanted = true;
    const show = (lines: Line[]): void => {
      if (isWanted) setKnown({ at, order, lines });
    };
    const timer = setTimeout(() => {
      source.know(choice, at).then(
        (output) => {
          if (output.order === order) return show(linesOf(output, columns));
          // That number means another step by now.
          if (isWanted) dispatch({ type: 'loaded', era, after: at, output });
        },
        (error: unknown) => show([{ text: safeLine(messageOf(error)), tone: 'failed' }]),
      );
    }, settledMs);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [isKnowledge, at, choice, era, order, source, columns, dispatch]);
  if (!isKnowledge) return null;
  return known?.at === at && known.order === order ? known.lines : [{ text: 'loading…', tone: 'dim' }];
}

/** Who worked when, cut as finely as the screen is wide and chosen as the steps are. */
export function useLanes({ choice }: ReplayState, source: Source, first: Lanes, columns: number): Lanes {
  const [lanes, setLanes] = useState({ choice, columns, found: first });
  useEffect(() => {
    if (lanes.choice === choice && lanes.columns === columns) return;
    let isWanted = true;
    const timer = setTimeout(() => {
      source.lanes(choice, laneBuckets(columns)).then(
        (found) => isWanted && setLanes({ choice, columns, found }),
        // The lanes of before are shown; what is wrong is said by the steps.
        () => undefined,
      );
    }, settledMs);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [choice, columns, source, lanes]);
  return lanes.found;
}
