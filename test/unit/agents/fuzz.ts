import { expect } from 'vitest';
import type { Agent } from '../../../src/agents/agent.ts';
import { Draft, type DraftInput } from '../../../src/schema/event.ts';

/** Every type of value that JSON has, and some that hurt. */
export const oddValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  'x',
  '__proto__',
  '\u0000',
  'y'.repeat(5000),
  [],
  [null, 1, 'x', {}, []],
  {},
  { text: 1, id: [], role: {}, __proto__: null },
];

/** Each key of an object, at any depth, replaced by each odd value in turn, or taken away. */
export function* mutants(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    const child = (value as Record<string, unknown>)[key];
    for (const odd of oddValues) yield replaced(value, key, odd);
    yield Array.isArray(value)
      ? value.filter((_, index) => String(index) !== key)
      : Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
    for (const mutant of mutants(child)) yield replaced(value, key, mutant);
  }
}

const replaced = (value: object, key: string, by: unknown): unknown =>
  Array.isArray(value)
    ? value.map((item, index) => (String(index) === key ? by : item))
    : { ...value, [key]: by };

export const expectValid = (drafts: readonly DraftInput[]): void => {
  for (const draft of drafts) expect(Draft.safeParse(draft).error?.issues).toBeUndefined();
};

/** Translates every mutant of a payload: nothing throws, every draft fits the schema. Answers how many there were. */
export function fuzzPayload(agent: Agent, event: string, payload: unknown): number {
  let count = 0;
  for (const mutant of mutants(payload)) {
    count += 1;
    expectValid(agent.translate({ event, payload: JSON.stringify(mutant), at: 1_700_000_000_000 }).drafts);
  }
  return count;
}
