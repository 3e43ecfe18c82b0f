import { Box, useApp, useInput } from 'ink';
import { useEffect, useMemo, useState } from 'react';
import { truncate } from '../core/display-width.ts';
import { safeLine } from '../core/safe-text.ts';
import type { OutputOf } from '../schema/operation.ts';
import type { Knowledge } from '../schema/records.ts';
import { useKeyStore } from './key-store.ts';
import { actionFor, keyHelp, type Reach, singleKeys } from './keys.ts';
import { knowledgeLines } from './knowledge-lines.ts';
import { detailLines, type Layout, type Line, layoutFor, listLines } from './lines.ts';
import { Pane, Row } from './screen.tsx';
import {
  type Action,
  childOf,
  openState,
  PAGE_STEPS,
  pauseMs,
  type ReplayState,
  reduceReplay,
  stepAt,
  wantedPage,
} from './state.ts';

/** Loads `limit` steps after the first `after` ones. */
export type LoadSteps = (after: number, limit: number) => Promise<OutputOf<'replay.show'>>;

export type LoadKnowledge = (step: number) => Promise<Knowledge | null>;

export interface ViewerProps {
  /** The page that holds step `at`. */
  first: OutputOf<'replay.show'>;
  /** Step to begin with, from 0. */
  at: number;
  load: LoadSteps;
  /** What was planned and decided at a step. */
  know: LoadKnowledge;
  rows: number;
  columns: number;
  colour: boolean;
  onInterrupt?: () => void;
}

const KEYS = '← → step  ↑ ↓ scroll  space play  / search  f failure  s state  ? help  q quit';

function headLine(state: ReplayState, columns: number): Line {
  const place = state.total === 0 ? 'no steps' : `${state.at + 1}/${state.total}`;
  const text = `${place}  ${state.playing ? '▶ ' : ''}${safeLine(state.session.agent)}  ${safeLine(state.session.title)}`;
  return { text: truncate(text, columns), tone: 'label' };
}

function footLine(state: ReplayState, columns: number): Line {
  if (state.mode === 'search') return { text: truncate(`/${state.typed}█`, columns), tone: 'plain' };
  return { text: truncate(state.message === '' ? KEYS : safeLine(state.message), columns), tone: 'dim' };
}

function helpLines(): Line[] {
  return keyHelp.map(([keys, meaning]) => ({ text: `  ${keys.padEnd(12)}${meaning}`, tone: 'plain' }));
}

function useDetail(state: ReplayState, columns: number): Line[] {
  const event = stepAt(state, state.at);
  const role = event === undefined ? null : (childOf(state, event)?.role ?? null);
  return useMemo(() => {
    if (event === undefined) return [{ text: 'loading…', tone: 'dim' }];
    return detailLines(event, role, columns);
  }, [event, role, columns]);
}

/** The same for the plan and the decisions at the step, while these are to be shown; asked for when one stays there. */
function useKnowledge({ isKnowledge, at }: ReplayState, know: LoadKnowledge, columns: number): Line[] | null {
  const [known, setKnown] = useState<{ at: number; lines: Line[] } | null>(null);
  useEffect(() => {
    if (!isKnowledge) return;
    let isWanted = true;
    const show = (lines: Line[]): void => {
      if (isWanted) setKnown({ at, lines });
    };
    const timer = setTimeout(() => {
      know(at).then(
        (found) => show(found === null ? [] : knowledgeLines(found, columns)),
        (error: unknown) =>
          show([{ text: safeLine(error instanceof Error ? error.message : String(error)), tone: 'failed' }]),
      );
    }, settledMs);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [isKnowledge, at, know, columns]);
  if (!isKnowledge) return null;
  return known?.at === at ? known.lines : [{ text: 'loading…', tone: 'dim' }];
}

/** Somebody who goes through steps quickly asks for none of those between. */
const settledMs = 120;

function useLoading(
  state: ReplayState,
  rows: number,
  load: LoadSteps,
  dispatch: (action: Action) => void,
): void {
  const wanted = wantedPage(state, rows);
  useEffect(() => {
    if (wanted === null) return;
    load(wanted * PAGE_STEPS, PAGE_STEPS).then(
      (output) => dispatch({ type: 'loaded', page: wanted, output }),
      (error: unknown) =>
        dispatch({ type: 'failed', message: error instanceof Error ? error.message : String(error) }),
    );
  }, [wanted, load, dispatch]);
}

function usePlaying(state: ReplayState, dispatch: (action: Action) => void): void {
  const pause = pauseMs(state);
  const { at } = state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step has a pause of its own, even of equal length
  useEffect(() => {
    if (pause === null) return;
    const timer = setTimeout(() => dispatch({ type: 'tick' }), pause);
    return () => clearTimeout(timer);
  }, [pause, at, dispatch]);
}

const Body = ({
  state,
  detail,
  layout,
  colour,
}: {
  state: ReplayState;
  detail: Line[];
  layout: Layout;
  colour: boolean;
}) => {
  const { list, beside } = layout;
  const rule: Line = { text: beside ? '│' : '─'.repeat(list.columns), tone: 'dim' };
  const empty: Line[] = [{ text: 'This session has no steps.', tone: 'dim' }];
  const shown = state.mode === 'help' ? helpLines() : state.total === 0 ? empty : detail.slice(state.scroll);
  return (
    <Box flexDirection={beside ? 'row' : 'column'}>
      <Pane lines={listLines(state, list.rows, list.columns)} {...list} colour={colour} />
      {beside ? (
        <Pane
          lines={Array.from({ length: list.rows }, () => rule)}
          rows={list.rows}
          columns={3}
          colour={colour}
        />
      ) : (
        <Row line={rule} colour={colour} />
      )}
      <Pane lines={shown} {...layout.detail} colour={colour} />
    </Box>
  );
};

const keys = { reduce: reduceReplay, keysOf: singleKeys, actionFor };

/** The replay: a list of steps, the shown step in full, a line of keys. Loads pages as they come into reach. */
export const Viewer = ({ first, at, load, know, rows, columns, colour, onInterrupt }: ViewerProps) => {
  const { exit } = useApp();
  const { state, dispatch, press } = useKeyStore<ReplayState, Action, Reach>(
    () => openState(first, at),
    keys,
  );
  const layout = layoutFor(rows, columns);
  const step = useDetail(state, layout.detail.columns);
  const detail = useKnowledge(state, know, layout.detail.columns) ?? step;
  useLoading(state, layout.list.rows, load, dispatch);
  usePlaying(state, dispatch);
  useInput((input, key) => {
    const interrupted = key.ctrl && input === 'c';
    if (interrupted) onInterrupt?.();
    const { rows: detailRows } = layout.detail;
    const reach = {
      detailRows,
      mostScroll: Math.max(0, detail.length - detailRows),
      listRows: layout.list.rows,
    };
    if (interrupted || press(input, key, reach)) exit();
  });
  return (
    <Box flexDirection="column" width={columns}>
      <Row line={headLine(state, columns)} colour={colour} />
      <Body state={state} detail={detail} layout={layout} colour={colour} />
      <Row line={footLine(state, columns)} colour={colour} />
    </Box>
  );
};
