import type { ReactNode } from 'react';
import { claimedText } from '../../../../core/claims/claimed-text.ts';
import { safeLine } from '../../../../core/safe-text.ts';
import type { Knowledge as Known } from '../../../../schema/records.ts';

const mostShown = 200;

function Group<Row>({
  title,
  rows,
  children,
}: {
  title: string;
  rows: readonly Row[];
  children: (row: Row) => ReactNode;
}) {
  if (rows.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3>
        {title} <span className="quiet">{rows.length}</span>
      </h3>
      <ul className="known">{rows.slice(0, mostShown).map(children)}</ul>
      {rows.length > mostShown && <p className="quiet">and {rows.length - mostShown} more</p>}
    </section>
  );
}

/** What was planned, decided and being edited. */
export function KnowledgeView({ known }: { known: Known | null }) {
  const { plan, decisions, conventions, claims } = known ?? emptyKnowledge;
  if (plan.length + decisions.length + conventions.length + claims.length === 0)
    return <p className="quiet">Nothing was planned or decided yet.</p>;
  return (
    <>
      <Group title="Plan" rows={plan}>
        {({ id, state, title, owner }) => (
          <li key={id}>
            <span className={`chip state-${state}`}>{state}</span> {safeLine(title)}
            {owner !== null && <span className="quiet"> · {safeLine(owner)}</span>}
          </li>
        )}
      </Group>
      <Group title="Decisions" rows={decisions}>
        {({ key, subject, choice, reason, by }) => (
          <li key={key}>
            <strong>{safeLine(subject)}</strong>: {safeLine(choice)}
            <span className="quiet">
              {reason !== '' && ` — ${safeLine(reason)}`} ({safeLine(by)})
            </span>
          </li>
        )}
      </Group>
      <Group title="Conventions" rows={conventions}>
        {({ key, name, rule, by }) => (
          <li key={key}>
            <strong>{safeLine(name)}</strong>: {safeLine(rule)}{' '}
            <span className="quiet">({safeLine(by)})</span>
          </li>
        )}
      </Group>
      <Group title="Being edited" rows={claims}>
        {(claim) => (
          <li key={claim.id}>
            <code>{safeLine(claimedText(claim))}</code>{' '}
            <span className="quiet">{safeLine(claim.holder)}</span>
          </li>
        )}
      </Group>
    </>
  );
}

const emptyKnowledge: Known = { plan: [], decisions: [], conventions: [], claims: [] };
