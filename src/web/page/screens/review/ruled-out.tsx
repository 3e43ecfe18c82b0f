import { useState } from 'react';
import { plural } from '../../../../core/amount-text.ts';
import type { OutputOf } from '../../../../schema/operation.ts';
import { Answer, Nothing } from '../../parts/answer.tsx';
import { Mark } from '../../parts/mark.tsx';
import { lineOf, Said } from '../../parts/said.tsx';
import { When } from '../../parts/when.tsx';
import { useCall } from '../../use-call.ts';
import { useReview } from './in-review.ts';

import { StepPeek } from './step-peek.tsx';

type Attempt = OutputOf<'attempt.list'>['attempts'][number];

/** What was tried on this branch and did not stay, with the reason as it was given. */
export function RuledOut() {
  const { reviewed } = useReview();
  const { workspace, name } = reviewed;
  const called = useCall('attempt.list', { workspace, branch: name, limit: 200 });
  return (
    <Answer called={called}>
      {({ attempts }) => {
        const own = attempts.filter(({ branch, outcome }) => branch === name && outcome !== 'worked');
        return own.length === 0 ? (
          <Nothing>Nothing was tried on this branch and given up again, as far as the trace tells.</Nothing>
        ) : (
          <>
            <p className="quiet">{plural(own.length, 'approach', 'approaches')} ruled out on this branch</p>
            {own.map((attempt) => (
              <AttemptCard key={attempt.id} attempt={attempt} />
            ))}
          </>
        );
      }}
    </Answer>
  );
}

const derivations: Record<NonNullable<Attempt['derived']>, string> = {
  rejection: 'refused by a person',
  correction: 'corrected by a person',
  revert: 'reverted',
  retries: 'failed, then done otherwise',
};

function AttemptCard({ attempt }: { attempt: Attempt }) {
  const { reviewed } = useReview();
  const [shown, setShown] = useState<string | null>(null);
  const { id, at, agent, derived, approach, outcome, reason, instead, evidence, paths } = attempt;
  const source = evidence[0] ?? id;
  return (
    <article className="attempt">
      <header>
        <span className="bad">
          <Mark name="no" /> {outcome}
        </span>{' '}
        <span className="quiet">
          {derived === null ? 'as told' : derivations[derived]} · <bdi>{lineOf(agent, 60)}</bdi> ·{' '}
          <When at={at} />
        </span>
      </header>
      <Said text={approach} className="attempt-approach" />
      {reason !== '' && (
        <blockquote>
          <Said text={reason} />
        </blockquote>
      )}
      {instead !== '' && (
        <div className="because">
          <span className="quiet">Instead: </span>
          <Said text={instead} />
        </div>
      )}
      {paths.length > 0 && (
        <p className="quiet">
          {paths.slice(0, 5).map((path) => (
            <span key={path} className="chip">
              <bdi>{lineOf(path, 120)}</bdi>
            </span>
          ))}
        </p>
      )}
      <button
        type="button"
        className="plain"
        aria-expanded={shown !== null}
        onClick={() => setShown(shown === null ? source : null)}
      >
        {shown === null ? 'Step' : 'Hide step'}
      </button>
      {shown !== null && <StepPeek workspace={reviewed.workspace} branch={reviewed.name} event={shown} />}
    </article>
  );
}
