import { estimateTokens, renderRecall } from '../core/cards.ts';
import { asRecord, quote } from '../core/quote.ts';
import type { OperationName, OutputOf } from '../schema/operation.ts';

/** What the frame around the lines takes. */
const frameTokens = 80;

/** A value on one line: a text of several lines as a JSON string, so that none of them is taken for one of ours. */
function inline(value: unknown): string {
  if (typeof value === 'string') return /[\n\t]/.test(value) ? JSON.stringify(value) : value;
  if (Array.isArray(value)) return value.map((one) => inline(one)).join(', ');
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, one]) => `${key}: ${inline(one)}`)
      .join(', ')}}`;
  return String(value);
}

/** Fields that need no name in front of them. */
const obvious = new Set([
  'id',
  'title',
  'name',
  'state',
  'status',
  'who',
  'at',
  'text',
  'subject',
  'agent',
  'type',
]);

const rowOf = (row: unknown): string =>
  typeof row === 'object' && row !== null && !Array.isArray(row)
    ? `* ${Object.entries(row)
        .map(([key, value]) => (obvious.has(key) ? inline(value) : `${key}: ${inline(value)}`))
        .join(' · ')}`
    : `* ${inline(row)}`;

/** Lines of a structured answer: lists row by row, everything else as `name: value`. */
function linesOf(structure: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(structure).flatMap(([key, value]) => {
    if (key === 'about' || key === 'cut' || key === 'note' || value === null || value === '') return [];
    if (!Array.isArray(value)) return [`${key}: ${inline(value)}`];
    return value.length === 0 ? [`${key}: none`] : [`${key}:`, ...value.map(rowOf)];
  });
}

function fitting(lines: readonly string[], tokens: number): string[] {
  const kept: string[] = [];
  let sum = frameTokens;
  for (const line of lines) {
    const cost = estimateTokens(line) + 1;
    if (sum + cost > tokens) {
      const room = (tokens - sum) * 4 - 8;
      if (kept.length === 0 && room > 40) kept.push(quote(line, room));
      return [...kept, `${lines.length - kept.length} more lines: ask for less`];
    }
    sum += cost;
    kept.push(line);
  }
  return kept;
}

/** What a model reads whose client shows it text: recall as cards, all else as lines, quoted as data, in so many tokens. */
export function textOf(
  name: OperationName,
  output: object,
  { structure, tokens }: { structure: Readonly<Record<string, unknown>>; tokens: number },
): string {
  if (name === 'recall.search') {
    const { cards, ...rest } = output as OutputOf<'recall.search'>;
    const kept = [...cards];
    let text = renderRecall({ ...rest, cards: kept });
    while (estimateTokens(text) > tokens && kept.length > 1) {
      kept.pop();
      text = renderRecall({ ...rest, cards: kept });
    }
    return text;
  }
  const lines = linesOf(structure);
  const { note, cut } = structure;
  const behind = [note, cut].filter((said) => typeof said === 'string' && said !== '').join('\n');
  if (lines.length === 0) return behind === '' ? 'There is nothing.' : behind;
  const record = asRecord(
    name.split('.')[0] ?? name,
    name,
    fitting(lines, tokens - estimateTokens(behind)).join('\n'),
  );
  return behind === '' ? record : `${record}\n${behind}`;
}
