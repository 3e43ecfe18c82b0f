import { limitRules } from '../../src/daemon/limits.ts';
import { table } from './schema-tables.ts';

const intro = `# Limits

\`hivemind status\` shows how near each of these figures is to its bounds. Past a soft bound it is named there with what to do; past a hard one the daemon takes no more until there is room. Nothing is ever dropped.`;

const outro = `The environment of the daemon may set two of the hard bounds: \`HIVEMIND_QUEUE_EVENTS\` and \`HIVEMIND_FRESH_EVENTS\` (events in memory).`;

const amountText = (amount: number | null, unit: string): string => {
  if (amount === null) return 'none';
  if (unit === 'ms') return `${amount / 1000} s`;
  if (unit === 'bytes') return `${amount / 2 ** 20} MB`;
  return `${amount.toLocaleString('en-US')} events`;
};

/** docs/reference/limits.md. */
export function limitsPage(): string {
  const rows = Object.entries(limitRules).map(([name, { unit, what, soft, hard, atSoft, atHard }]) => [
    `\`${name}\``,
    what,
    `${amountText(soft, unit)}: ${atSoft}`,
    `${amountText(hard, unit)}: ${atHard}`,
  ]);
  return [intro, table(['figure', 'what it counts', 'soft bound', 'hard bound'], rows), outro].join('\n\n');
}
