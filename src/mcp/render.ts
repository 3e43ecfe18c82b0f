import { renderRecall } from '../core/cards.ts';
import { asRecord, quote } from '../core/quote.ts';
import type { OperationName, OutputOf } from '../schema/operation.ts';

/** Longest answer of a tool, in characters: agents cut at about 10,000 tokens. */
const answerLimit = 24_000;

/** What the model reads: recall as cards, everything else as JSON, all of it quoted as data. */
export function renderAnswer(name: OperationName, output: unknown): string {
  if (name === 'recall.search') return renderRecall(output as OutputOf<'recall.search'>);
  return asRecord(name.split('.')[0] ?? name, name, quote(JSON.stringify(output), answerLimit));
}
