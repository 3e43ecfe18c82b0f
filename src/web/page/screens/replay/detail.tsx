import type { Ref } from 'react';
import type { Knowledge, Session } from '../../../../schema/records.ts';
import { Failure } from '../../parts/answer.tsx';
import { KnowledgeView } from './knowledge.tsx';
import type { Step } from './source.ts';
import type { Action, ViewerState } from './state.ts';
import { StepDetail } from './step-detail.tsx';
import type { useKnowledge } from './use-replay.ts';

export interface DetailProps {
  ref: Ref<HTMLElement>;
  state: ViewerState;
  dispatch: (action: Action) => void;
  step: Step | undefined;
  sessions: ReadonlyMap<string, Session>;
  known: ReturnType<typeof useKnowledge>;
  note: string | null;
  canBranch: boolean;
}

/** Beside the list: the step in full, or what was known when it was recorded. */
export function Detail(props: DetailProps) {
  const { ref, state, dispatch, step, sessions, canBranch } = props;
  const { isKnowledge, at } = state;
  const show = (wanted: boolean) => () => wanted !== isKnowledge && dispatch({ type: 'knowledge' });
  return (
    <div className="detail">
      <div className="detail-tabs">
        <button type="button" aria-pressed={!isKnowledge} onClick={show(false)}>
          Step
        </button>
        <button type="button" aria-pressed={isKnowledge} onClick={show(true)}>
          Known then <kbd>s</kbd>
        </button>
        {canBranch && (
          <button
            type="button"
            className="detail-branch"
            onClick={() => dispatch({ type: 'dialog', dialog: 'branch' })}
          >
            Branch from here <kbd>b</kbd>
          </button>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section ref={ref} className="detail-body" tabIndex={0} aria-label="The step in full">
        {isKnowledge ? (
          <Known {...props} />
        ) : step === undefined ? (
          <p className="quiet">Loading…</p>
        ) : (
          <StepDetail key={step.id} step={step} number={at} sessions={sessions} />
        )}
      </section>
    </div>
  );
}

function Known({ known: { data, error, of, isLoading }, note }: DetailProps) {
  if (error !== null) return <Failure error={error} />;
  if (of === null || isLoading) return <p className="quiet">Loading…</p>;
  return (
    <>
      {note !== null && <p className="quiet">{note}</p>}
      <KnowledgeView known={data as Knowledge | null} />
    </>
  );
}
