import { Link } from 'wouter';
import { Answer } from '../../parts/answer.tsx';
import { lineOf, Said } from '../../parts/said.tsx';
import { stepAddress } from '../../parts/step-address.ts';
import { When } from '../../parts/when.tsx';
import { useCall } from '../../use-call.ts';

/** What happened at a step, and where it can be replayed. */
export function StepPeek({ workspace, branch, event }: { workspace: string; branch: string; event: string }) {
  const called = useCall('event.show', { workspace, branch, id: event });
  return (
    <div className="peek">
      <Answer called={called}>
        {({ event: step }) => (
          <>
            <p>
              <code>{lineOf(step.type, 60)}</code> by <bdi>{lineOf(step.actor.name, 60)}</bdi>{' '}
              <span className="quiet">
                <When at={step.at} />
              </span>{' '}
              <Link href={stepAddress({ workspace, branch }, step.session, { event: step.id })}>
                Replay from here
              </Link>
            </p>
            {step.text !== '' && <Said text={step.text} />}
          </>
        )}
      </Answer>
    </div>
  );
}
