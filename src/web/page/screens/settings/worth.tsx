import { countText, durationText, percent } from '../../../../core/amount-text.ts';
import { Answer } from '../../parts/answer.tsx';
import { useCall } from '../../use-call.ts';
import { useWhere } from '../../where.tsx';

/** What agents were told unasked, what that cost them, and whether it was of use. */
export function Worth() {
  const { workspace } = useWhere();
  const recall = useCall('stats.recall', { workspace });
  const warnings = useCall('stats.warnings', { workspace });
  return (
    <section aria-labelledby="worth">
      <h2 id="worth">What it is worth</h2>
      <Answer called={recall}>
        {({ setting, sessions, briefs, contexts, tokens, tokensPerSession, ms, used, unused, unknown }) =>
          briefs + contexts === 0 ? (
            <p>
              Agents have not been told anything unasked yet (injection is {setting}). It begins with their
              next session.
            </p>
          ) : (
            <p>
              {countText(sessions)} sessions were told something: {countText(briefs)} briefs and{' '}
              {countText(contexts)} prompts with context, {countText(tokens)} tokens
              {tokensPerSession !== null &&
                ` (${countText(Math.round(tokensPerSession.p50))} in half of the sessions or less)`}
              {ms !== null && `, ${durationText(ms.p50)} each`}. Of the cards {countText(used)} were used,{' '}
              {countText(unused)} were not, of {countText(unknown)} it is not known.
            </p>
          )
        }
      </Answer>
      <Answer called={warnings}>
        {({ setting, fired, shown, heldBack }) =>
          fired === 0 ? (
            <p>No warning has fired yet (warnings are {setting}).</p>
          ) : (
            <p>
              {countText(fired)} warnings fired (warnings are {setting}). Of the calls that were warned of{' '}
              {percent(shown.precision)} came to no good, of those for which the warning was held back to
              compare {percent(heldBack.precision)}.
            </p>
          )
        }
      </Answer>
      <p className="quiet">
        More: <code>hivemind stats recall</code>, <code>hivemind stats warnings</code>
      </p>
    </section>
  );
}
