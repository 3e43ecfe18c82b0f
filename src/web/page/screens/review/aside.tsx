import { Verdict } from './comment.tsx';
import { useReview } from './in-review.ts';
import { RuleList } from './rules.tsx';
import { standingVerdicts } from './threads.ts';

/** What stands beside every section: the rules, and who said yes or no. */
export function Aside() {
  const { review } = useReview();
  const said = standingVerdicts(review.reviews);
  const isUnsigned = said.some(({ standing }) => standing === 'unverified');
  return (
    <aside className="review-aside">
      {review.verdicts.length > 0 && (
        <section aria-labelledby="rules-head">
          <h2 id="rules-head">Rules</h2>
          <RuleList verdicts={review.verdicts} />
        </section>
      )}
      <section aria-labelledby="verdicts-head">
        <h2 id="verdicts-head">Verdicts</h2>
        {said.length === 0 ? (
          <p className="quiet">Nobody has said yes or no.</p>
        ) : (
          <ul className="verdicts">
            {said.map((entry) => (
              <li key={entry.event}>
                <Verdict entry={entry} />
              </li>
            ))}
          </ul>
        )}
        {isUnsigned && (
          <p className="quiet explained">
            <em>unverified</em>: it is not signed by a key that you know. Whoever can open this page or use
            the command line of this machine could have said it.
          </p>
        )}
      </section>
    </aside>
  );
}
