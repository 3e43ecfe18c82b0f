import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useId, useRef } from 'react';
import type { Session } from '../../../../schema/records.ts';
import { clockText, lookOf, whoDid } from '../../parts/step-look.ts';
import type { Step } from './source.ts';

const rowPx = 28;
/** A browser cannot draw a list of any height: of a longer one the part around the step is a list. */
const mostRows = 200_000;

export interface StepListProps {
  total: number;
  at: number;
  stepAt: (index: number) => Step | undefined;
  want: (first: number, last: number) => void;
  sessions: ReadonlyMap<string, Session>;
  onPick: (step: number) => void;
}

/** Where the part of a list begins that has the step in it. */
export function baseOf(at: number, total: number): number {
  if (total <= mostRows) return 0;
  const half = mostRows / 2;
  return Math.max(0, Math.min(total - mostRows, Math.floor(at / half) * half - half));
}

/** All steps, of which the browser is given those that are seen. */
export function StepList({ total, at, stepAt, want, sessions, onPick }: StepListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const list = useId();
  const base = baseOf(at, total);
  const rows = useVirtualizer({
    count: Math.min(total, mostRows),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 10,
  });
  const items = rows.getVirtualItems();
  const [first, last] = [items.at(0)?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => want(base + first, base + last), [want, base, first, last]);
  useEffect(() => {
    if (total > 0) rows.scrollToIndex(at - base, { align: 'auto' });
  }, [rows, at, base, total]);
  const isSeen = at - base >= first && at - base <= last;
  return (
    <div
      ref={scroller}
      className="steps"
      role="listbox"
      aria-label={`${total.toLocaleString('en')} steps`}
      tabIndex={0}
      aria-activedescendant={isSeen ? `${list}-${at}` : undefined}
    >
      <div role="presentation" style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {items.map(({ index, start }) => (
          <StepRow
            key={base + index}
            list={list}
            number={base + index}
            total={total}
            step={stepAt(base + index)}
            sessions={sessions}
            isShown={base + index === at}
            top={start}
            onPick={onPick}
          />
        ))}
      </div>
    </div>
  );
}

interface StepRowProps {
  /** Id of the list: there may be two. */
  list: string;
  number: number;
  total: number;
  step: Step | undefined;
  sessions: ReadonlyMap<string, Session>;
  isShown: boolean;
  top: number;
  onPick: (step: number) => void;
}

const StepRow = memo(function StepRow(row: StepRowProps) {
  const { list, number, total, step, sessions, isShown, top, onPick } = row;
  const look = step === undefined ? null : lookOf(step);
  const classes = ['step', isShown && 'is-shown', look?.failed && 'is-failed'];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys of the viewer move through the steps
    <div
      id={`${list}-${number}`}
      role="option"
      tabIndex={-1}
      aria-selected={isShown}
      aria-setsize={total}
      aria-posinset={number + 1}
      className={classes.filter(Boolean).join(' ')}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onPick(number)}
    >
      <span className="step-number">{number + 1}</span>
      {step === undefined || look === null ? (
        <span className="quiet">…</span>
      ) : (
        <>
          <span className="step-clock">{clockText(step.at)}</span>
          <span className="step-who">{whoDid(step, sessions)}</span>
          <span className="step-kind">{look.kind}</span>
          <span className="step-title">
            {look.failed && (
              <span className="step-mark">{step.status === 'rejected' ? 'refused ' : 'failed '}</span>
            )}
            {look.title.slice(0, 300)}
          </span>
        </>
      )}
    </div>
  );
});
