import type { RefObject } from 'react';
import { stepKinds } from '../../../../core/replay/step-kinds.ts';
import type { StepKind } from '../../../../schema/operations/replay.ts';
import type { Choice } from './source.ts';
import type { Action, ViewerState } from './state.ts';

export interface ControlsProps {
  state: ViewerState;
  dispatch: (action: Action) => void;
  onJumpTo: (kind: StepKind, direction: 'next' | 'previous') => void;
  onSearch: (direction: 'next' | 'previous') => void;
  search: RefObject<HTMLInputElement | null>;
  choice: Choice;
  onChoice: (choice: Choice) => void;
  agents: readonly string[];
}

const jumps: readonly (readonly [StepKind, string, string])[] = [
  ['failure', 'Failure', 'f'],
  ['edit', 'Edit', 'e'],
  ['decision', 'Decision', 'd'],
  ['prompt', 'Prompt', 'p'],
];

/** What can be done by hand: play, jump, search, filter; each has a key as well. */
export function Controls(props: ControlsProps) {
  const { state, dispatch, onJumpTo, onSearch, search } = props;
  return (
    <div className="controls" role="toolbar" aria-label="Replay">
      <Transport state={state} dispatch={dispatch} />
      <span className="control-group">
        {jumps.map(([kind, label, key]) => (
          <button key={kind} type="button" title={`Next (${key})`} onClick={() => onJumpTo(kind, 'next')}>
            {label} <kbd>{key}</kbd>
          </button>
        ))}
      </span>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSearch('next');
          // From here on `n` and `N` are keys again, and no letters.
          search.current?.blur();
        }}
      >
        <input
          ref={search}
          type="search"
          aria-label="Search the steps"
          placeholder="Search  /"
          maxLength={500}
          value={state.query}
          onChange={({ target }) => dispatch({ type: 'query', query: target.value })}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            // A browser would empty the field.
            event.preventDefault();
            event.currentTarget.blur();
          }}
        />
      </form>
      <ChoiceFields {...props} />
      <button type="button" title="Keys (?)" onClick={() => dispatch({ type: 'dialog', dialog: 'help' })}>
        Keys <kbd>?</kbd>
      </button>
    </div>
  );
}

function Transport({ state, dispatch }: Pick<ControlsProps, 'state' | 'dispatch'>) {
  const { at, total, isPlaying, speed } = state;
  return (
    <span className="control-group">
      <button
        type="button"
        aria-label="Previous step"
        title="Previous step (←)"
        disabled={at === 0}
        onClick={() => dispatch({ type: 'move', by: -1 })}
      >
        ←
      </button>
      <button
        type="button"
        className="play"
        aria-pressed={isPlaying}
        title="Play, pause (space)"
        onClick={() => dispatch({ type: 'play' })}
      >
        {isPlaying ? 'Pause' : 'Play'}
      </button>
      <button
        type="button"
        aria-label="Next step"
        title="Next step (→)"
        disabled={at + 1 >= total}
        onClick={() => dispatch({ type: 'move', by: 1 })}
      >
        →
      </button>
      <button
        type="button"
        aria-label={`Speed ${speed} ×; faster`}
        title="Faster, slower (+ −)"
        onClick={() => dispatch({ type: 'speed', by: speed === 16 ? -1 : 1 })}
      >
        {speed} ×
      </button>
    </span>
  );
}

function ChoiceFields({ choice, onChoice, agents }: ControlsProps) {
  return (
    <span className="control-group">
      <label>
        <span className="unseen">Kind of steps</span>
        <select
          value={choice.only[0] ?? ''}
          onChange={({ target }) =>
            onChoice({ ...choice, only: stepKinds.filter((kind) => kind === target.value) })
          }
        >
          <option value="">All steps</option>
          {stepKinds.map((kind) => (
            <option key={kind} value={kind}>
              {kindLabels[kind]}
            </option>
          ))}
        </select>
      </label>
      {agents.length > 1 && (
        <label>
          <span className="unseen">Agent</span>
          <select
            value={choice.agents[0] ?? ''}
            onChange={({ target }) =>
              onChoice({ ...choice, agents: target.value === '' ? [] : [target.value] })
            }
          >
            <option value="">All agents</option>
            {agents.map((agent) => (
              <option key={agent}>{agent}</option>
            ))}
          </select>
        </label>
      )}
    </span>
  );
}

const kindLabels: Record<StepKind, string> = {
  failure: 'Failures',
  edit: 'Edits',
  decision: 'Decisions',
  prompt: 'Prompts',
  reply: 'Replies',
  tool: 'Tool calls',
  plan: 'Plan changes',
  commit: 'Commits',
};
