import { Box, useApp, useInput, usePaste } from 'ink';
import { useEffect, useMemo } from 'react';
import type { MergeConflict } from '../../schema/records.ts';
import { useKeyStore } from '../key-store.ts';
import type { Line } from '../lines.ts';
import { Pane, Row } from '../screen.tsx';
import { actionFor, keysOf, type Reach } from './keys.ts';
import {
  type Ago,
  aboutLines,
  type Body,
  bodyOf,
  footLine,
  headLine,
  helpLines,
  settledLine,
} from './lines.ts';
import {
  type Action,
  type Found,
  openState,
  type ResolveState,
  reduceResolve,
  type Settled,
  shownConflict,
} from './state.ts';

/** What came of an attempt to merge: it is merged (or a rule said no), or these are the conflicts now. */
export type Attempt = { ended: true } | { ended: false; conflicts: readonly MergeConflict[] };

export interface ResolverProps {
  found: Found;
  merge: (settled: Settled) => Promise<Attempt>;
  /** Told on quitting: how many conflicts were settled, in vain. */
  onQuit: (settled: number, isInterrupt: boolean) => void;
  ago: Ago;
  rows: number;
  columns: number;
  colour: boolean;
}

const keys = { reduce: reduceResolve, keysOf, actionFor };

function useMerging(
  { mode, settled }: ResolveState,
  merge: ResolverProps['merge'],
  dispatch: (action: Action) => void,
  leave: () => void,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: one attempt each time that merging is asked for
  useEffect(() => {
    if (mode !== 'merging') return;
    merge(settled).then(
      (attempt) => (attempt.ended ? leave() : dispatch({ type: 'found', conflicts: attempt.conflicts })),
      (error: unknown) =>
        dispatch({ type: 'failed', message: error instanceof Error ? error.message : String(error) }),
    );
  }, [mode]);
}

const Sides = ({ body, from, rows, colour }: { body: Body; from: number; rows: number; colour: boolean }) => {
  const rule: Line[] = Array.from({ length: rows }, () => ({ text: ' │ ', tone: 'dim' }));
  const [first = [], second] = body.blocks;
  return (
    <Box flexDirection="row">
      <Pane lines={first.slice(from)} rows={rows} columns={body.columns} colour={colour} />
      {second === undefined ? null : (
        <>
          <Pane lines={rule} rows={rows} columns={3} colour={colour} />
          <Pane lines={second.slice(from)} rows={rows} columns={body.columns} colour={colour} />
        </>
      )}
    </Box>
  );
};

/** More is below or above what is shown. */
function ruleLine(from: number, body: Body, rows: number, columns: number): Line {
  const below = body.length - from - rows;
  const more = below > 0 ? ` ${below} more below: J, PgDn ` : from > 0 ? ' the end ' : '';
  return { text: `──${more}${'─'.repeat(Math.max(0, columns - 2 - more.length))}`, tone: 'dim' };
}

/** Conflicts of a merge, one at a time with its two sides, until all are settled and merged or somebody quits. */
export const Resolver = ({ found, merge, onQuit, ago, rows, columns, colour }: ResolverProps) => {
  const { exit } = useApp();
  const { state, dispatch, press } = useKeyStore<ResolveState, Action, Reach>(() => openState(found), keys);
  useMerging(state, merge, dispatch, exit);
  const conflict = shownConflict(state);
  const resolution = conflict && state.settled.get(conflict.id);
  const about = useMemo(
    () => (conflict === undefined ? [] : aboutLines(conflict, columns)),
    [conflict, columns],
  );
  const body = useMemo(
    () =>
      conflict === undefined
        ? { blocks: [[]], columns, length: 0 }
        : bodyOf(conflict, resolution, ago, columns),
    [conflict, resolution, ago, columns],
  );
  // One line each for the head, the rule, how it is settled, and the foot.
  const room = Math.max(3, rows - 4);
  const bodyRows = Math.max(1, room - about.length);
  const mostScroll = Math.max(0, body.length - bodyRows);
  const from = Math.min(state.scroll, mostScroll);
  useInput((input, key) => {
    const isInterrupt = key.ctrl && input === 'c';
    if (!isInterrupt && !press(input, key, { rows: bodyRows, mostScroll })) return;
    onQuit(state.settled.size, isInterrupt);
    exit();
  });
  // What is pasted is text, never keys: a line break in it settles nothing.
  usePaste((text) => {
    if (state.mode === 'edit') dispatch({ type: 'key', edit: { edit: 'insert', text } });
  });
  return (
    <Box flexDirection="column" width={columns}>
      <Row line={headLine(state, columns)} colour={colour} />
      {state.mode === 'help' ? (
        <Pane lines={helpLines()} rows={room} columns={columns} colour={colour} />
      ) : (
        <>
          <Pane lines={about} rows={about.length} columns={columns} colour={colour} />
          <Sides body={body} from={from} rows={bodyRows} colour={colour} />
        </>
      )}
      <Row line={ruleLine(from, body, bodyRows, columns)} colour={colour} />
      <Row line={settledLine(state, columns)} colour={colour} />
      <Row line={footLine(state, columns)} colour={colour} />
    </Box>
  );
};
