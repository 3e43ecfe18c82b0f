import { describe, expect, it } from 'vitest';
import { Draft } from '../../../src/schema/event.ts';
import { sessionId } from '../../../src/schema/ids.ts';
import type { Call } from '../../../src/schema/operation.ts';
import { factOfDraft, inCalls, toDraft } from '../../../src/sdk/drafts.ts';
import { mergeWith } from '../../../src/sdk/merging.ts';
import { authorIn } from '../../../src/sdk/open.ts';
import { store } from '../../../src/sdk/writing.ts';

const author = authorIn('run-1', 'planner');
const place = { workspace: 'w', branch: 'b', author };
const draft = (id: string) => toDraft({ content: id }, author, id);

describe('drafts', () => {
  it('are what the daemon takes', () => {
    const note = { content: 'c', embedding: Float32Array.of(0.5, 0.25), metadata: { a: 1 }, paths: ['x.ts'] };
    expect(Draft.parse(toDraft(note, author, 'n'))).toMatchObject({
      type: 'memory.noted',
      text: 'c',
      paths: ['x.ts'],
      body: { content: 'c', embedding: [0.5, 0.25], metadata: { a: 1 } },
      actor: { kind: 'agent', name: 'planner' },
      session: sessionId('planner', 'run-1'),
    });
    const event = { type: 'check.passed', text: 't', body: { tests: 3 }, status: 'failed', at: 7 } as const;
    expect(Draft.parse(toDraft(event, author, 'n'))).toMatchObject(event);
  });

  it('say what is wrong, and where', () => {
    for (const [note, where] of [
      [{ content: 'c', embedding: [1, Number.NaN] }, 'events[2].embedding[1]'],
      [{ content: 'c', embedding: [0, 0] }, 'events[2].embedding:'],
      [{ content: 'c', embedding: 'near' }, 'events[2].embedding:'],
      [{ content: 7 }, 'events[2].content'],
      [null, 'events[2].event'],
    ] as const)
      expect(() => toDraft(note as never, author, 'n', 'events[2].')).toThrow(where);
  });

  it('keep a number of 32 bits as it is', () => {
    const vector = Float32Array.from({ length: 500 }, (_, at) => Math.sin(at + 1) / 7);
    const { embedding } = toDraft({ content: '', embedding: vector }, author, 'n').body as {
      embedding: number[];
    };
    expect(Float32Array.from(embedding)).toEqual(vector);
  });

  it('are cut into calls that the daemon reads whole', () => {
    const many = Array.from({ length: 2_500 }, (_, at) => draft(`n${at}`));
    expect(inCalls(many).map(({ place: at, events }) => [at, events.length])).toEqual([
      [0, 1000],
      [1000, 1000],
      [2000, 500],
    ]);
    const large = Array.from({ length: 5 }, (_, at) =>
      toDraft({ content: 'x'.repeat(2 << 20) }, author, `${at}`),
    );
    expect(inCalls(large).flatMap(({ events }) => events)).toEqual(large);
    expect(inCalls(large).length).toBeGreaterThan(1);
  });

  it('belong to a session that was given by its id', () => {
    const session = `ses_${'a'.repeat(32)}`;
    expect(authorIn(session, 'planner')).toEqual({ agent: 'planner', session, nativeId: null });
  });
});

describe('storing', () => {
  it('finds the ids of what an answer that was lost had stored', async () => {
    const drafts = [draft('one'), draft('two')];
    const call = (async (name: string) =>
      name === 'event.append'
        ? { appended: ['evt_2'], duplicates: 2 }
        : {
            events: drafts.map((each, at) => ({ fact: factOfDraft(each), id: `evt_${at + 1}` })),
          }) as Call;
    expect(await store(call, new Set(), place, drafts)).toEqual(['evt_1', 'evt_2']);
  });

  it('says once that the session has begun', async () => {
    const sent: { type: string }[][] = [];
    const call = (async (_name: string, { events }: { events: { type: string }[] }) => {
      sent.push(events);
      return { appended: events.map((_, at) => `evt_${at}`), duplicates: 0 };
    }) as unknown as Call;
    const begun = new Set<string>();
    expect(await store(call, begun, place, [draft('one')])).toEqual(['evt_1']);
    expect(await store(call, begun, place, [draft('two')])).toEqual(['evt_0']);
    expect(sent.map((events) => events.map(({ type }) => type))).toEqual([
      ['session.started', 'memory.noted'],
      ['memory.noted'],
    ]);
  });
});

describe('merging', () => {
  const stopped = (...ids: string[]) => ({ outcome: 'conflicts', conflicts: ids.map((id) => ({ id })) });

  it('asks again when other conflicts have come up meanwhile, and keeps what was settled', async () => {
    const inputs: unknown[] = [];
    const answers: object[] = [stopped('a'), stopped('b'), { outcome: 'merged', conflicts: [] }];
    const call = (async (_name: string, { resolutions }: { resolutions?: object }) => {
      inputs.push({ ...resolutions });
      return answers[inputs.length - 1];
    }) as unknown as Call;
    const result = await mergeWith(
      call,
      { name: 'x', into: 'y' },
      {
        resolve: async (conflicts) => Object.fromEntries(conflicts.map(({ id }) => [id, { take: 'ours' }])),
      },
    );
    expect(result).toMatchObject({ merged: true, outcome: 'merged' });
    expect(inputs).toEqual([{}, { a: { take: 'ours' } }, { a: { take: 'ours' }, b: { take: 'ours' } }]);
  });

  it('gives back the conflicts that nobody settles', async () => {
    let calls = 0;
    const call = (async () => {
      calls += 1;
      return stopped('a');
    }) as unknown as Call;
    const sides = { name: 'x', into: 'y' };
    expect(await mergeWith(call, sides, { resolve: () => ({}) })).toMatchObject({
      merged: false,
      conflicts: [{ id: 'a' }],
    });
    expect(await mergeWith(call, sides, {})).toMatchObject({ merged: false });
    expect(calls).toBe(2);
  });
});
