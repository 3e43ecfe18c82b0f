import { Mark } from '../../parts/mark.tsx';
import { lineOf, Said } from '../../parts/said.tsx';
import type { ReviewData } from './in-review.ts';

/** What each rule of the gate says, why, and what to type. */
export function RuleList({ verdicts }: { verdicts: ReviewData['verdicts'] }) {
  return (
    <ul className="rules">
      {verdicts.map(({ rule, passed, reason, hint }) => (
        <li key={rule}>
          <span className={passed ? 'good' : 'bad'}>
            <Mark name={passed ? 'yes' : 'no'} />
          </span>
          <div>
            <strong>{lineOf(rule, 60)}</strong> <span className="quiet">{passed ? 'passes' : 'says no'}</span>
            <Said text={reason} />
            {!passed && hint !== undefined && <code>{lineOf(hint, 300)}</code>}
          </div>
        </li>
      ))}
    </ul>
  );
}
