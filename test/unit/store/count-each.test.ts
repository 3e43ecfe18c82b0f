import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUsageSum } from '../../../src/core/usage.ts';
import type { CountedEvent, Event } from '../../../src/schema/event.ts';
import type { Forgetting } from '../../../src/store/forget/forgetter.ts';
import { countedOf } from '../../../src/store/lance/counted-rows.ts';
import { makeEvent } from '../../world/events.ts';
import { openRoom, type StoreRoom, spans } from '../../world/store.ts';

const long = 'a line of what a tool gave back\n'.repeat(60);
const tokens = { input: 3, output: 4, cacheRead: 5 };

/** Bodies of every kind: short and long, measured at their end, in their middle, in what was given to a tool, or not at all. */
const bodies: Record<string, unknown>[] = [
  { tool: 'Bash', tokens },
  { tool: 'Bash', output: long, tokens, costUsd: 0.5, durationMs: 12 },
  { tool: 'Bash', output: long, tokens },
  { tool: 'Bash', tokens, output: long },
  { tool: 'Bash', costUsd: 0.25, output: long },
  { tool: 'Bash', output: long, input: { x: 1, tokens: { input: 1_000 } } },
  { tool: 'Bash', output: `${long},"tokens":{"input":1000}}` },
  { tool: 'Bash', output: long, tokens: { input: 'many', output: 7 } },
  { callId: 'call-1', output: long, tool: 'Read' },
  { tool: 'a_tool_with_quite_a_long_name', output: long },
  { tool: 'say "this"\\', output: long },
  { tool: 'x'.repeat(400), output: long },
  { output: long },
  { tool: { $text: [0, 3] }, tokens },
];

const eventOf = (room: StoreRoom, seq: number): Event => {
  const body = bodies[seq % bodies.length] ?? {};
  return makeEvent({
    seq,
    writer: room.store.writer,
    agent: seq % 2 === 0 ? 'claude-code' : 'köd\u0000x',
    type: seq % 5 === 0 ? 'turn.measured' : 'tool.called',
    status: seq % 3 === 0 ? 'failed' : 'ok',
    paths: seq % 4 === 0 ? [] : [`src/${seq}.ts`, 'päth.ts'],
    text: `${String(body.tool)} ${seq}`,
    body,
  });
};

/** What is counted of an event, as whoever has read all of it says it. */
const told = ({ agent, session, at, type, status, seq, paths, body }: Event | CountedEvent) => {
  const sum = createUsageSum();
  sum.add(body);
  const hasTool = type === 'tool.called' && typeof body.tool === 'string';
  return {
    agent,
    session,
    at,
    type,
    status,
    seq,
    paths,
    tool: hasTool ? body.tool : null,
    usage: sum.total(),
  };
};

let room: StoreRoom;
let forgettings: Forgetting[] = [];
const count = async (): Promise<CountedEvent[]> => {
  let events: CountedEvent[] = [];
  await room.store.countEach({ spans }, () => {
    events = [];
    return (event) => events.push(event);
  });
  return events.sort((a, b) => a.seq - b.seq);
};

beforeAll(async () => {
  room = await openRoom();
  await room.reopen({ forgotten: () => forgettings });
  const events = Array.from({ length: 140 }, (_, at) => eventOf(room, at + 1));
  await room.append(...events.slice(0, 60));
  await room.seal();
  await room.append(...events.slice(60, 120));
  await room.seal();
  await room.append(...events.slice(120));
});
afterAll(() => room.remove());

test('sealed or in memory, each event is counted once, and as its whole body says', async () => {
  const counted = await count();
  const whole = await room.all();
  expect(whole).toHaveLength(140);
  expect(counted.map(told)).toEqual(whole.map(told));
});

test('of what is forgotten it is counted that it happened, and no more', async () => {
  forgettings = [
    {
      event: `evt_${'f'.repeat(32)}`,
      kind: 'forgotten',
      events: { [room.store.writer]: [[7, 8]] },
      keys: [],
      decided: [],
    },
  ];
  const [first, second] = (await count()).slice(6, 8);
  for (const event of [first, second]) expect(event).toMatchObject({ paths: [], body: {} });
  expect(first?.agent).toBe('köd\u0000x');
});

test('what stands in a string, or below the top, is no measure', () => {
  const tail = ',"input":{"tokens":{"input":5}}}';
  expect(countedOf('turn.replied', '{"message":"', tail)).toBeNull();
  expect(countedOf('turn.replied', '{"message":"', 'x,\\"tokens\\":{\\"input\\":5}}"}')).toBeNull();
  expect(countedOf('turn.replied', '{"message":"', '","tokens":{"input":5}}')).toEqual({
    tokens: { input: 5 },
  });
});
