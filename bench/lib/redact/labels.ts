import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { redactJson } from '../../../src/core/redact.ts';
import type { Traced } from './texts.ts';

/**
 * What a person judged of everything that the rules find in the traces, by rule and the first 32 bits of its SHA-256:
 * the traces themselves are not part of the repository. `secret`: rightly masked; `made-up`: has the form of one and is
 * an example or a test's; `harmless`: wrongly masked.
 */
type Label = 'secret' | 'made-up' | 'harmless';
const labels = JSON.parse(readFileSync(new URL('./labels.json', import.meta.url), 'utf8')) as Record<
  string,
  { label: Label; why: string }
>;

const markOf = (secret: string): string => hash('sha256', secret).slice(0, 8);
const MASK = /\[redacted:([a-z0-9-]+):([0-9a-f]{8})\]/g;

/** What the rules find in the traces: rule → how often, how many different ones, and as what they were judged. */
export function findings(traces: readonly Traced[]): Record<string, Record<string, string | number>> {
  const counts = new Map<string, number>();
  for (const { value } of traces) {
    // Traces may quote masks of ours: only what is masked here counts.
    const made = new Set<string>();
    const markAndNote = (secret: string): string => {
      const mark = markOf(secret);
      made.add(mark);
      return mark;
    };
    const out = JSON.stringify(redactJson(value, markAndNote));
    for (const [, rule, mark = ''] of out.matchAll(MASK))
      if (made.has(mark)) counts.set(`${rule} ${mark}`, (counts.get(`${rule} ${mark}`) ?? 0) + 1);
  }
  const table: Record<string, Record<string, string | number>> = {};
  for (const [key, count] of counts) {
    const [rule = ''] = key.split(' ');
    const row = table[rule] ?? { found: 0, distinct: 0, secret: 0, 'made-up': 0, harmless: 0, unjudged: '' };
    table[rule] = row;
    row.found = Number(row.found) + count;
    row.distinct = Number(row.distinct) + 1;
    const label = labels[key]?.label;
    if (label === undefined) row.unjudged = `${row.unjudged} ${key.split(' ')[1]}`.trim();
    else row[label] = Number(row[label]) + 1;
  }
  return table;
}
