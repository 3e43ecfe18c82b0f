import { claimedText } from '../../core/claims/claimed-text.ts';
import { wrapLines } from '../../core/display-width.ts';
import { safeLine } from '../../core/safe-text.ts';
import type { Knowledge } from '../../schema/records.ts';
import type { Line } from '../lines.ts';

/** What was planned, decided and being edited at a step, wrapped to `columns` cells. */
export function knowledgeLines(known: Knowledge, columns: number): Line[] {
  const sections: [string, string[]][] = [
    [
      'plan',
      known.plan.map(({ state, title, owner }) => `[${state}] ${title}${owner === null ? '' : ` @${owner}`}`),
    ],
    ['decisions', known.decisions.map(({ subject, choice, by }) => `${subject}: ${choice} (${by})`)],
    ['conventions', known.conventions.map(({ name, rule, by }) => `${name}: ${rule} (${by})`)],
    ['being edited', known.claims.map((claim) => `${claimedText(claim)} (${claim.holder})`)],
  ];
  const lines = sections.flatMap(([label, entries]): Line[] =>
    entries.length === 0
      ? []
      : [
          { text: label, tone: 'label' },
          ...entries.flatMap((entry) =>
            wrapLines(safeLine(entry), columns).map((text): Line => ({ text, tone: 'plain' })),
          ),
          { text: '', tone: 'plain' },
        ],
  );
  return lines.length > 0 ? lines : [{ text: 'Nothing was planned or decided yet.', tone: 'dim' }];
}
