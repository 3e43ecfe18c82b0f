import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codex } from '../../../../src/agents/codex/index.ts';
import { Draft } from '../../../../src/schema/event.ts';
import { hooks, readLines, rollout } from './recorded.ts';

const recorded = ['work', 'subagent-parent', 'subagent-child', 'compaction'].flatMap(
  (name) => rollout(name).lines,
);

const garbage = fc.constantFrom<unknown>(
  null,
  7,
  -1,
  1e308,
  true,
  '',
  'x'.repeat(700),
  [],
  [null, 7],
  {},
  {
    type: 'text',
    text: 7,
  },
  '*** Begin Patch\n*** Add File: \n*** Update File: a\n*** Move to: \n*** End Patch',
  '{"output":7,"metadata":[]}',
);

/** Every place in a value, as a path. */
function placesOf(value: unknown, at: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...at, key]))];
}

function put(value: unknown, at: string[], by: unknown): unknown {
  const [key, ...rest] = at;
  if (key === undefined) return by;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[key] = put(copy[key], rest, by);
  return copy;
}

test('whatever stands at any place of any line, the drafts can be appended and the reader goes on', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(recorded.length - 1), fc.nat(200), garbage), { minLength: 1, maxLength: 8 }),
      (changes) => {
        const lines = [...recorded];
        for (const [index, place, by] of changes) {
          const value: unknown = JSON.parse(lines[index] ?? '{}');
          const places = placesOf(value);
          lines[index] = JSON.stringify(put(value, places[place % places.length] ?? [], by));
        }
        const drafts = readLines(lines);
        for (const draft of drafts) Draft.parse(draft);
        expect(drafts.length).toBeGreaterThan(10);
      },
    ),
    { numRuns: 150 },
  );
});

test('every kind of value at every key of every kind of line', () => {
  const kinds = new Map(
    recorded.map((text) => {
      const { type, payload } = JSON.parse(text) as {
        type: string;
        payload: { type?: string; item?: { type: string } };
      };
      return [`${type}/${payload.type}/${payload.item?.type}`, text];
    }),
  );
  for (const text of kinds.values()) {
    const value: unknown = JSON.parse(text);
    for (const at of placesOf(value))
      for (const by of [null, 7, '', 'x', [], [7], {}, { a: 7 }])
        for (const draft of readLines([JSON.stringify(put(value, at, by))])) Draft.parse(draft);
  }
});

test('every kind of value at every key of every hook payload', () => {
  for (const { event, payload } of [...hooks('work'), ...hooks('subagent')])
    for (const at of placesOf(payload))
      for (const by of [null, 7, '', [], [7], {}]) {
        const changed = JSON.stringify({ ...(put(payload, at, by) as object) });
        for (const draft of codex.translate({ event, payload: changed, at: 1 }).drafts) Draft.parse(draft);
      }
});

test('a torn line is a SyntaxError; blank lines and other JSON are nothing', () => {
  const reader = codex.transcripts.reader('/x/rollout-y.jsonl');
  expect(() => reader.line('{"type":"event_msg","payl')).toThrow(SyntaxError);
  for (const text of ['', ' ', '42', 'null', '[]', '{}', '"x"', '{"payload":{}}'])
    expect(reader.line(text)).toBe(null);
  expect(reader.end()).toEqual([]);
});

test('long patches and answers take linear time', () => {
  const much = 200_000;
  const patch = `*** Begin Patch\n${'*** Update File: a\n@@\n-x\n+y\n'.repeat(much / 20)}*** End Patch`;
  const texts = [
    patch,
    'Chunk ID: '.repeat(much),
    `aborted ${'\n'.repeat(much)}`,
    `blocked by PreToolUse hook: ${'. Command: '.repeat(much / 10)}`,
  ];
  const lines = texts.flatMap((text, index) => [
    JSON.stringify({
      type: 'response_item',
      payload: { type: 'custom_tool_call', call_id: `c${index}`, name: 'apply_patch', input: patch },
    }),
    JSON.stringify({
      type: 'response_item',
      payload: { type: 'custom_tool_call_output', call_id: `c${index}`, output: text },
    }),
  ]);
  const drafts = readLines(lines);
  expect(drafts).toHaveLength(5);
  for (const draft of drafts) Draft.parse(draft);
});
