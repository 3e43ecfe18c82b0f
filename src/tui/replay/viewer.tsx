import { Box, useApp, useInput } from 'ink';
import { useEffect } from 'react';
import { useKeyStore } from '../key-store.ts';
import { singleKeys } from '../keys.ts';
import type { Line } from '../lines.ts';
import { Pane, Row } from '../screen.tsx';
import { filterLines, footLine, headLine, helpLines } from './frame-lines.ts';
import { actionFor, type Reach } from './keys.ts';
import { type Lanes, laneLines } from './lane-lines.ts';
import { bodyRows, type Layout, layoutFor } from './layout.ts';
import { listLines } from './list-lines.ts';
import { reduceReplay } from './reduce.ts';
import type { Opened } from './source.ts';
import { type Action, type ReplayState, stepAt, type Wish } from './state.ts';
import { useDetail, useKnowledge, useLanes, useReplay } from './use-replay.ts';

export interface Screen {
  rows: number;
  columns: number;
  colour: boolean;
}

export interface ViewerProps extends Opened, Screen {
  /** What is done outside of the viewer; what it resolves with is said in the last line. */
  onWish: (what: Wish, state: ReplayState) => Promise<string>;
  onInterrupt?: () => void;
}

const keys = { reduce: reduceReplay, keysOf: singleKeys, actionFor };

/** What takes the place of everything between head and foot for a moment; null: nothing does. */
export function overlayLines(state: ReplayState, columns: number): Line[] | null {
  if (state.mode === 'help') return helpLines(columns);
  return state.mode === 'filter' ? filterLines(state, columns) : null;
}

function shownLines(state: ReplayState, detail: Line[]): Line[] {
  return state.total === 0 ? [{ text: 'There are no steps.', tone: 'dim' }] : detail.slice(state.scroll);
}

interface BodyProps {
  state: ReplayState;
  detail: Line[];
  lanes: Lanes;
  layout: Layout;
  colour: boolean;
}

export const Body = ({ state, detail, lanes, layout, colour }: BodyProps) => {
  const { list, beside } = layout;
  const rule: Line = { text: beside ? ' │' : '─'.repeat(list.columns), tone: 'dim' };
  const at = stepAt(state, state.at)?.at ?? lanes.from;
  return (
    <>
      {layout.lanes.rows > 0 ? (
        <Pane lines={laneLines(lanes, { at, ...layout.lanes })} {...layout.lanes} colour={colour} />
      ) : null}
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
        <Pane lines={shownLines(state, detail)} {...layout.detail} colour={colour} />
      </Box>
    </>
  );
};

/** Does what was wished for, once. */
export function useWishes(
  state: ReplayState,
  dispatch: (action: Action) => void,
  onWish: ViewerProps['onWish'],
): void {
  const { wish } = state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a wish is done once, with the state that it was made in
  useEffect(() => {
    if (wish === null) return;
    onWish(wish.what, { ...state, wish: null }).then(
      (message) => dispatch({ type: 'told', message }),
      (error: unknown) => dispatch({ type: 'told', message: error instanceof Error ? error.message : '' }),
    );
  }, [wish]);
}

/** The replay: lanes, a list of steps, the shown step in full, a line of keys. Loads steps as they come into reach. */
export const Viewer = (props: ViewerProps) => {
  const { source, rows, columns, colour, onWish, onInterrupt } = props;
  const { exit } = useApp();
  const { state, dispatch, press } = useKeyStore<ReplayState, Action, Reach>(() => props.state, keys);
  const lanes = useLanes(state, source, props.lanes, columns);
  const layout = layoutFor(rows, columns, lanes.lanes.length);
  const step = useDetail(state, layout.detail.columns, colour);
  const detail = useKnowledge(state, dispatch, source, layout.detail.columns) ?? step;
  useReplay(state, dispatch, source, layout.list.rows);
  useWishes(state, dispatch, onWish);
  useInput((input, key) => {
    const interrupted = key.ctrl && input === 'c';
    if (interrupted) onInterrupt?.();
    const { rows: detailRows } = layout.detail;
    const mostScroll = Math.max(0, detail.length - detailRows);
    const reach = { detailRows, mostScroll, listRows: layout.list.rows };
    if (interrupted || press(input, key, reach)) exit();
  });
  const overlay = overlayLines(state, columns);
  return (
    <Box flexDirection="column" width={columns}>
      <Row line={headLine(state, columns)} colour={colour} />
      {overlay === null ? (
        <Body state={state} detail={detail} lanes={lanes} layout={layout} colour={colour} />
      ) : (
        <Pane lines={overlay} rows={bodyRows(layout)} columns={columns} colour={colour} />
      )}
      <Row line={footLine(state, columns)} colour={colour} />
    </Box>
  );
};
