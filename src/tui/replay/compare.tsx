import { Box, type Key, useApp, useInput } from 'ink';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { truncate } from '../../core/display-width.ts';
import { singleKeys } from '../keys.ts';
import type { Line } from '../lines.ts';
import { Pane, Row } from '../screen.tsx';
import {
  type CompareAction,
  comparePauseMs,
  goesByClock,
  openCompare,
  reduceCompare,
  type Side,
} from './compare-state.ts';
import { footLine, headLine } from './frame-lines.ts';
import { actionFor } from './keys.ts';
import { type Block, compareLayout } from './layout.ts';
import { listLines } from './list-lines.ts';
import type { Opened } from './source.ts';
import type { Action, ReplayState, Wish } from './state.ts';
import { useDetail, useKnowledge, useReplay } from './use-replay.ts';
import { overlayLines, type Screen, useWishes, type ViewerProps } from './viewer.tsx';

export interface CompareProps extends Screen, Pick<ViewerProps, 'onInterrupt'> {
  opened: readonly [Opened, Opened];
  /** The side that has the keys in the beginning. */
  focus?: Side;
  /** `panes`: both as they are; the wish is of the side in `focus`. */
  onWish: (what: Wish, panes: readonly [ReplayState, ReplayState], focus: Side) => Promise<string>;
}

interface SideProps {
  state: ReplayState;
  opened: Opened;
  dispatch: (action: Action) => void;
  block: Block;
  listRows: number;
  isFocused: boolean;
  /** Something is drawn over both. */
  isCovered: boolean;
  colour: boolean;
  onWish: ViewerProps['onWish'];
  /** Told how many lines of detail there are. */
  onDetail: (lines: number) => void;
}

/** One of the two, in half of the screen. */
const HalfPane = (props: SideProps) => {
  const { state, opened, dispatch, block, listRows, isFocused, isCovered, colour, onWish, onDetail } = props;
  const { rows, columns } = block;
  const step = useDetail(state, columns, colour);
  const detail = useKnowledge(state, dispatch, opened.source, columns) ?? step;
  useReplay(state, dispatch, opened.source, listRows);
  useWishes(state, dispatch, onWish);
  useEffect(() => onDetail(detail.length), [detail.length, onDetail]);
  if (isCovered) return null;
  const mark = isFocused ? '▌' : ' ';
  const head = headLine(state, columns - 1);
  const rule: Line = { text: '─'.repeat(columns), tone: 'dim' };
  return (
    <Box flexDirection="column" width={columns}>
      <Row line={{ text: mark + head.text, tone: head.tone }} colour={colour} />
      <Pane lines={listLines(state, listRows, columns)} rows={listRows} columns={columns} colour={colour} />
      <Row line={rule} colour={colour} />
      <Pane lines={detail.slice(state.scroll)} rows={rows - listRows - 2} columns={columns} colour={colour} />
    </Box>
  );
};

/** What a key does to both; undefined: it is for the pane in focus. */
function sharedAction(action: Action, key: Key, state: ReplayState): CompareAction | undefined {
  if (key.tab && state.mode === 'read') return { type: 'focus' };
  switch (action.type) {
    case 'move':
      return { type: 'step', by: action.by };
    case 'jump':
      return { type: 'end', to: action.to === 0 ? 'first' : 'last' };
    case 'play':
    case 'speed':
      return action;
    default:
      return undefined;
  }
}

/** Two replays side by side (one above the other on a narrow screen), which step through time together. */
export const Compare = (props: CompareProps) => {
  const { opened, rows, columns, colour, onWish, onInterrupt } = props;
  const { exit } = useApp();
  const [state, setState] = useState(() =>
    openCompare([opened[0].state, opened[1].state], [opened[0].lanes, opened[1].lanes], props.focus),
  );
  // Keys may come faster than the screen is drawn.
  const latest = useRef(state);
  const dispatch = useCallback((action: CompareAction): void => {
    latest.current = reduceCompare(latest.current, action);
    setState(latest.current);
  }, []);
  const toPane = useMemo(
    () => ([0, 1] as const).map((side) => (action: Action) => dispatch({ type: 'pane', side, action })),
    [dispatch],
  );
  const details = useRef([0, 0]);
  const onDetails = useMemo(
    () =>
      [0, 1].map((side) => (lines: number) => {
        details.current[side] = lines;
      }),
    [],
  );
  const { stacked, block, listRows } = compareLayout(rows, columns);
  const detailRows = block.rows - listRows - 2;
  useComparePlaying(comparePauseMs(state), state.panes[0].at + state.panes[1].at, dispatch);
  const press = (input: string, key: Key): boolean => {
    const { panes, focus } = latest.current;
    const reach = {
      detailRows,
      listRows,
      mostScroll: Math.max(0, (details.current[focus] ?? 0) - detailRows),
    };
    const action = key.tab ? ({ type: 'erase' } as const) : actionFor(input, key, panes[focus], reach);
    if (action === 'quit') return true;
    if (action === null) return false;
    const shared = sharedAction(action, key, panes[focus]);
    if (shared !== undefined) dispatch(shared);
    else if (!key.tab) dispatch({ type: 'pane', side: focus, action });
    return false;
  };
  useInput((input, key) => {
    if (key.ctrl && input === 'c') {
      onInterrupt?.();
      return exit();
    }
    // A tab that comes together with other keys is only a letter.
    const keys = singleKeys(input, key).map((one) =>
      one.input === '\t' ? { input: '', key: { ...one.key, tab: true } } : one,
    );
    if (keys.some((one) => press(one.input, one.key))) exit();
  });
  const { panes, focus } = state;
  const overlay = overlayLines(panes[focus], columns);
  const side = (which: Side) => (
    <HalfPane
      state={panes[which]}
      opened={opened[which]}
      dispatch={toPane[which] ?? (() => undefined)}
      isFocused={focus === which}
      isCovered={overlay !== null}
      onDetail={onDetails[which] ?? (() => undefined)}
      onWish={(what) => {
        const [a, b] = latest.current.panes;
        return onWish(what, [withoutWish(a), withoutWish(b)], which);
      }}
      {...{ block, listRows, colour }}
    />
  );
  return (
    <Box flexDirection="column" width={columns}>
      <Box flexDirection={stacked ? 'column' : 'row'} gap={stacked ? 0 : 1}>
        {side(0)}
        {side(1)}
      </Box>
      {overlay === null ? null : (
        <Pane
          lines={overlay}
          rows={stacked ? 2 * block.rows : block.rows}
          columns={columns}
          colour={colour}
        />
      )}
      <Row line={compareFoot(panes[focus], columns, goesByClock(state))} colour={colour} />
    </Box>
  );
};

/** It is done once: not again when the two are shown anew. */
const withoutWish = (state: ReplayState): ReplayState => ({ ...state, wish: null });

function compareFoot(state: ReplayState, columns: number, isByClock: boolean): Line {
  if (state.mode !== 'read' || state.message !== '') return footLine(state, columns);
  const by = isByClock ? 'by the clock' : 'by the time since each began';
  return {
    text: truncate(`← → both, ${by}  Tab other side  f e d p / jump  space play  q quit`, columns),
    tone: 'dim',
  };
}

function useComparePlaying(
  pause: number | null,
  place: number,
  dispatch: (action: CompareAction) => void,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: each place has a pause of its own, even of equal length
  useEffect(() => {
    if (pause === null) return;
    const timer = setTimeout(() => dispatch({ type: 'tick' }), pause);
    return () => clearTimeout(timer);
  }, [pause, place, dispatch]);
}
