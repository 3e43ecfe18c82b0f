import { useState } from 'react';
import { Mark } from '../../parts/mark.tsx';
import { fieldText, lineOf, Said, valueText } from '../../parts/said.tsx';
import { When } from '../../parts/when.tsx';
import { type Conflict, type Resolution, useReview } from './in-review.ts';
import { OwnValue } from './own-value.tsx';

type Choice = 'ours' | 'theirs' | 'both' | 'value';

const choiceOf = (how: Resolution | undefined): Choice | null =>
  how === undefined ? null : 'take' in how ? how.take : 'value';

/** A conflict: what was, what either side made of it, and which is to stand. */
export function ConflictCard({ conflict }: { conflict: Conflict }) {
  const { settled, settle } = useReview();
  const [isTyping, setIsTyping] = useState(false);
  const { id, why, kind, field, base, ours, theirs } = conflict;
  const how = settled[id];
  const choice = isTyping ? 'value' : choiceOf(how);
  const title =
    why === 'opposed'
      ? 'Two decisions that contradict each other'
      : `${kind} “${lineOf(theirs.title, 160)}” · ${fieldText(field)}`;
  const take = (taken: Exclude<Choice, 'value'>): void => {
    setIsTyping(false);
    settle(id, { take: taken });
  };
  const undo = (): void => {
    setIsTyping(false);
    settle(id, null);
  };
  return (
    <fieldset className="conflict" tabIndex={-1} data-settled={how === undefined ? undefined : ''}>
      <legend>
        <span className={how === undefined ? 'bad' : 'good'}>
          <Mark name={how === undefined ? 'conflict' : 'yes'} />
          <span className="unseen">{how === undefined ? 'Not settled: ' : 'Settled: '}</span>
        </span>{' '}
        <bdi>{title}</bdi>
      </legend>
      {why === 'changed' && (
        <div className="conflict-base">
          <span className="quiet">It was</span>
          <Said text={valueText(base, field)} />
        </div>
      )}
      <div className="conflict-sides">
        <Side conflict={conflict} side="ours" isTaken={choice === 'ours'} take={() => take('ours')} />
        <Side conflict={conflict} side="theirs" isTaken={choice === 'theirs'} take={() => take('theirs')} />
      </div>
      <div className="conflict-choices">
        {why === 'opposed' ? (
          <Choose
            id={id}
            choice="both"
            label="Keep both"
            isChosen={choice === 'both'}
            choose={() => take('both')}
          />
        ) : (
          <Choose
            id={id}
            choice="value"
            label="Another value"
            isChosen={choice === 'value'}
            choose={() => setIsTyping(true)}
          />
        )}
        {(how !== undefined || isTyping) && (
          <button type="button" className="plain" data-take="undo" onClick={undo}>
            Undo
          </button>
        )}
        {choice === 'value' && !isTyping && how !== undefined && 'value' in how && (
          <div className="conflict-own">
            <Said text={valueText(how.value)} />
            <button type="button" className="plain" onClick={() => setIsTyping(true)}>
              Edit
            </button>
          </div>
        )}
      </div>
      {isTyping && (
        <OwnValue
          conflict={conflict}
          first={how !== undefined && 'value' in how ? how.value : ours.value}
          give={(value) => {
            setIsTyping(false);
            settle(id, { value });
          }}
        />
      )}
    </fieldset>
  );
}

function Side({
  conflict,
  side,
  isTaken,
  take,
}: {
  conflict: Conflict;
  side: 'ours' | 'theirs';
  isTaken: boolean;
  take: () => void;
}) {
  const { id, why, field, latest } = conflict;
  const { title, value, reason, branch, by, agent, at } = conflict[side];
  return (
    <div className={isTaken ? 'conflict-side taken' : 'conflict-side'}>
      <Choose
        id={id}
        choice={side}
        label={`${side === 'ours' ? 'Ours' : 'Theirs'}: ${lineOf(branch, 80)}`}
        isChosen={isTaken}
        choose={take}
      />
      {why === 'opposed' && (
        <p className="quiet">
          <bdi>{lineOf(title, 160)}</bdi>
        </p>
      )}
      <Said text={valueText(value, field)} className="conflict-value" />
      {reason !== '' && (
        <div className="because">
          <span className="quiet">because </span>
          <Said text={reason} />
        </div>
      )}
      <p className="quiet by">
        <bdi>{lineOf(agent === by ? by : `${by} (${agent})`, 80)}</bdi> · <When at={at} />
        {latest === side && ' · later'}
      </p>
    </div>
  );
}

function Choose({
  id,
  choice,
  label,
  isChosen,
  choose,
}: {
  id: string;
  choice: Choice;
  label: string;
  isChosen: boolean;
  choose: () => void;
}) {
  return (
    <label className="choose">
      <input
        type="radio"
        name={`settle ${id}`}
        data-take={choice}
        checked={isChosen}
        onChange={choose}
        // A radio that is chosen already tells no change: it may have been typed over meanwhile.
        onClick={() => isChosen && choose()}
      />
      <bdi>{label}</bdi>
    </label>
  );
}
