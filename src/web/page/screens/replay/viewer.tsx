import { useCallback, useEffect, useReducer, useRef } from 'react';
import { Failure, Nothing } from '../../parts/answer.tsx';
import { TimelineLanes } from '../../parts/timeline-lanes.tsx';
import { Controls } from './controls.tsx';
import { Detail } from './detail.tsx';
import { BranchDialog, KeyHelp, MomentDialog } from './dialogs.tsx';
import { type Deed, useKeys } from './keys.ts';
import { momentFrom } from './moment.ts';
import type { Choice, ReplaySource, Step } from './source.ts';
import { type Action, openState, reduceViewer, type ViewerState } from './state.ts';
import { StepList } from './step-list.tsx';
import { useKeptStep } from './use-kept-step.ts';
import { type Replay, useKnowledge, useLanes, usePlaying } from './use-replay.ts';
import { type Seek, useSeeking } from './use-seeking.ts';
import '../../style/replay.css';
import '../../style/replay-detail.css';

export interface ViewerProps {
  source: ReplaySource;
  replay: Replay;
  /** Step to begin with, from 0; another one is gone to. */
  wanted: number;
  choice: Choice;
  onChoice: (choice: Choice, step: Step | undefined) => void;
  /** Told which step is shown, once one stays there. */
  onShown: (step: number) => void;
}

const settledMs = 300;

/** The steps of a session, a branch or a run: who did what when, each step in full, what was known then. */
export function Viewer({ source, replay, wanted, choice, onChoice, onShown }: ViewerProps) {
  const [state, dispatch] = useReducer(reduceViewer, wanted, openState);
  const { steps, head, sessions } = replay;
  const { at } = state;
  const total = steps.total;
  const name = JSON.stringify(choice);
  useEffect(() => {
    if (total !== null) dispatch({ type: 'total', total });
  }, [total]);
  useEffect(() => dispatch({ type: 'jump', to: wanted }), [wanted]);
  useShown(at, onShown);
  usePlaying(state, steps.rowAt, dispatch);
  const step = steps.rowAt(at);
  const lanes = useLanes(source, `${name} ${steps.order}`, state.total);
  const known = useKnowledge(source, name, state);
  const onOrder = useKeptStep(source, steps, state, dispatch);
  const seek = useSeeking(source, state, dispatch, onOrder);
  const detail = useRef<HTMLElement>(null);
  const search = useRef<HTMLInputElement>(null);
  useDeeds({ state, dispatch, seek, step, detail, search });
  const pick = useCallback((to: number) => dispatch({ type: 'jump', to }), []);
  const match = (direction: 'next' | 'previous'): void => seekMatch(seek, state, direction);
  if (steps.error !== null && steps.total === null)
    return <Failure error={steps.error} retry={steps.refresh} />;
  if (steps.total === null)
    return (
      <p className="quiet" role="status">
        Loading…
      </p>
    );
  return (
    <div className="replay">
      <Controls
        state={state}
        dispatch={dispatch}
        onJumpTo={(kind, direction) => seek({ kind }, direction)}
        onSearch={match}
        search={search}
        choice={choice}
        onChoice={(next) => onChoice(next, step)}
        agents={head?.agents ?? []}
      />
      {steps.error !== null && <Failure error={steps.error} retry={steps.refresh} />}
      {lanes.data !== null && lanes.data.lanes.length > 0 && (
        <TimelineLanes
          data={lanes.data}
          at={step?.at ?? null}
          current={step?.session ?? null}
          onSeek={pick}
        />
      )}
      {lanes.error !== null && <Failure error={lanes.error} />}
      {state.total === 0 ? (
        <NoSteps choice={choice} />
      ) : (
        <>
          <Place state={state} dispatch={dispatch} />
          <div className="replay-panes">
            <StepList
              total={state.total}
              at={at}
              stepAt={steps.rowAt}
              want={steps.want}
              sessions={sessions}
              onPick={pick}
            />
            <Detail
              ref={detail}
              state={state}
              dispatch={dispatch}
              step={step}
              sessions={sessions}
              known={known}
              note={source.knowledgeNote}
              canBranch={source.branch !== null}
            />
          </div>
        </>
      )}
      <Dialogs source={source} state={state} dispatch={dispatch} seek={seek} step={step} />
    </div>
  );
}

const NoSteps = ({ choice }: { choice: Choice }) => (
  <Nothing>
    {choice.only.length + choice.agents.length === 0
      ? 'There are no steps here.'
      : 'No step is of this kind. “All steps” shows the others.'}
  </Nothing>
);

/** Where one is in the whole: a slider, and what was said last. */
function Place({ state, dispatch }: { state: ViewerState; dispatch: (action: Action) => void }) {
  const { at, total, message } = state;
  return (
    <div className="place">
      <input
        type="range"
        min={1}
        max={Math.max(1, total)}
        value={at + 1}
        aria-label="Step"
        aria-valuetext={`Step ${at + 1} of ${total}`}
        onChange={({ target }) => dispatch({ type: 'jump', to: Number(target.value) - 1 })}
      />
      <output className="place-number">
        {(at + 1).toLocaleString('en')} / {total.toLocaleString('en')}
      </output>
      <span className="place-message quiet" role="status">
        {message}
      </span>
    </div>
  );
}

function useShown(at: number, onShown: (step: number) => void): void {
  const latest = useRef(onShown);
  latest.current = onShown;
  useEffect(() => {
    const timer = setTimeout(() => latest.current(at), settledMs);
    return () => clearTimeout(timer);
  }, [at]);
}

function seekMatch(seek: Seek, { query }: ViewerState, direction: 'next' | 'previous'): void {
  if (query.trim() !== '') seek({ text: query.trim() }, direction);
}

interface Reach {
  state: ViewerState;
  dispatch: (action: Action) => void;
  seek: Seek;
  step: Step | undefined;
  detail: React.RefObject<HTMLElement | null>;
  search: React.RefObject<HTMLInputElement | null>;
}

function useDeeds(reach: Reach): void {
  useKeys((deed) => doDeed(deed, reach));
}

function doDeed(deed: Deed, { state, dispatch, seek, step, detail, search }: Reach): void {
  switch (deed.do) {
    case 'dispatch':
      dispatch(deed.action);
      break;
    case 'step':
      dispatch({ type: 'move', by: deed.direction === 'next' ? 1 : -1 });
      break;
    case 'seek':
      seek({ kind: deed.kind }, deed.direction);
      break;
    case 'match':
      seekMatch(seek, state, deed.direction);
      break;
    case 'scroll':
      detail.current?.scrollBy({ top: deed.by });
      break;
    case 'search':
      search.current?.focus();
      break;
    case 'copy':
      void copyId(step, dispatch);
  }
}

async function copyId(step: Step | undefined, dispatch: (action: Action) => void): Promise<void> {
  if (step === undefined) return;
  try {
    await navigator.clipboard.writeText(step.id);
    dispatch({ type: 'say', message: `Copied ${step.id}` });
  } catch {
    // A browser may forbid it; then the id is to be read at least.
    dispatch({ type: 'say', message: step.id });
  }
}

function Dialogs({
  source,
  state,
  dispatch,
  seek,
  step,
}: Pick<Reach, 'state' | 'dispatch' | 'seek' | 'step'> & { source: ReplaySource }) {
  const close = (): void => dispatch({ type: 'dialog', dialog: null });
  const { branch } = source;
  switch (state.dialog) {
    case 'help':
      return <KeyHelp onClose={close} />;
    case 'moment': {
      const go = async (typed: string): Promise<void> =>
        seek({ at: momentFrom(typed, step?.at ?? Date.now()) }, 'next', -1);
      return <MomentDialog onSeek={go} onClose={close} />;
    }
    case 'branch': {
      if (branch === null || step === undefined) return null;
      const make = async (name: string): Promise<void> => {
        const made = await branch(name, step.id);
        dispatch({ type: 'say', message: `Made the branch ${made}. hivemind branch switch ${made}` });
      };
      return <BranchDialog step={state.at + 1} onBranch={make} onClose={close} />;
    }
    default:
      return null;
  }
}
