import { Mark } from '../../parts/mark.tsx';
import { lineOf } from '../../parts/said.tsx';
import { type Item, usePlan } from './in-plan.ts';

/** What is to be known of an item before it is opened: urgency, owner, what is in its way. */
export function ItemMarks({ item }: { item: Item }) {
  const { items, offers, claims } = usePlan();
  const { id, priority, owner, blockers, questions, dependsOn, contested } = item;
  const offer = offers.get(id);
  const claim = claims.get(id);
  const asked = questions.filter(({ answer }) => answer === null).length;
  const isOver = item.state === 'done' || item.state === 'dropped';
  const waits = isOver ? 0 : dependsOn.filter((needed) => isWaitedFor(items.get(needed))).length;
  return (
    <span className="item-marks">
      {priority !== null && <Priority priority={priority} />}
      {offer !== undefined && (
        <span
          className={offer.footing === 'ready' ? 'good' : 'warn'}
          title={lineOf(offer.why.join('; '), 400)}
        >
          <Mark name="ready" /> {offer.footing === 'ready' ? 'ready' : offer.footing.replace('-', ' ')}
        </span>
      )}
      {waits > 0 && <span className="quiet">waits for {waits.toLocaleString('en')}</span>}
      {blockers.length > 0 && !isOver && (
        <span className="bad">
          <Mark name="blocked" /> {blockers.length === 1 ? 'blocker' : `${blockers.length} blockers`}
        </span>
      )}
      {asked > 0 && (
        <span className="warn">
          <Mark name="ask" /> {asked === 1 ? 'question' : `${asked} questions`}
        </span>
      )}
      {contested.length > 0 && (
        <span className="bad">
          <Mark name="conflict" /> contested
        </span>
      )}
      {claim !== undefined ? (
        <span className="warn">
          <Mark name="doing" /> <bdi>{lineOf(claim.holder, 40)}</bdi>
        </span>
      ) : (
        owner !== null && (
          <span className="quiet">
            <bdi>{lineOf(owner, 40)}</bdi>
          </span>
        )
      )}
    </span>
  );
}

const isWaitedFor = (needed: Item | undefined): boolean =>
  needed !== undefined && needed.state !== 'done' && needed.state !== 'dropped';

/** 0 is most urgent, 4 least. */
export const Priority = ({ priority }: { priority: number }) => (
  <span className={`priority priority-${priority}`} title={`priority ${priority} of 0 (most urgent) to 4`}>
    P{priority}
  </span>
);
