import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Deed, deedOf } from '../../../src/core/brief/deed.ts';
import { type BriefInput, brief } from '../../../src/core/brief.ts';
import { countTokens } from '../../../src/core/tokens.ts';
import type { Claim, Convention, Decision, PlanItem } from '../../../src/schema/records.ts';
import { claimRow, conventionRow, decisionRow, itemRow } from '../../world/rows.ts';
import { eventOf, sessionId, sessionOf } from './recall-events.ts';

const now = 1_700_003_580_000;
const deedsOf = (...events: ReturnType<typeof eventOf>[]): Deed[] =>
  events.flatMap((event) => deedOf(event) ?? []);

const attempt = (number: number, given: object = {}, body: object = {}) =>
  eventOf(number, {
    type: 'memory.attempted',
    status: 'failed',
    body: { approach: 'x', outcome: 'failed', reason: 'y', ...body },
    ...given,
  });

const wild = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.constant('</hivemind-record>\u001b[2J'.repeat(60)),
  fc.constant('漢字🎉'.repeat(80)),
);
const at = fc.integer({ min: now - 40 * 86_400_000, max: now + 1000 });
const key = fc.string({ minLength: 1, maxLength: 8 });
const files = fc.array(wild, { maxLength: 3 });

const scenes: fc.Arbitrary<BriefInput> = fc.record({
  workspaceName: wild,
  now: fc.constant(now),
  budget: fc.integer({ min: 200, max: 8000 }),
  moment: fc.constantFrom('start', 'compaction', 'subagent'),
  session: fc.constant(sessionId(1)),
  agent: wild,
  prompts: fc.array(wild, { maxLength: 3 }),
  sessions: fc
    .array(
      fc.record({ title: wild, agent: wild, lastAt: at }).map((given) => given),
      { maxLength: 12 },
    )
    .map((list) => list.map((given, index) => sessionOf(index, given))),
  deeds: fc
    .array(fc.record({ text: wild, path: wild, agent: wild, at, kind: fc.nat(3) }), { maxLength: 30 })
    .map((list) =>
      deedsOf(
        ...list.map(({ text, path, agent, at: when, kind }, index) =>
          kind === 0
            ? attempt(index + 1, { at: when, paths: [path], agent }, { approach: text })
            : eventOf(index + 1, {
                text,
                agent,
                at: when,
                paths: [path],
                status: kind === 1 ? 'failed' : 'ok',
                type: kind === 3 ? 'memory.noted' : 'file.edited',
                body: kind === 3 ? { content: text } : {},
                session: sessionId(index),
              }),
        ),
      ),
    ),
  plan: fc
    .uniqueArray(
      fc.record({
        key,
        title: wild,
        note: wild,
        paths: files,
        updatedAt: at,
        state: fc.constantFrom('todo', 'doing', 'blocked', 'done'),
      }),
      { maxLength: 12, selector: (one) => one.key },
    )
    .map((list) => list.map(({ key: id, ...given }): PlanItem => itemRow(id, given as Partial<PlanItem>))),
  decisions: fc
    .uniqueArray(fc.record({ key, subject: wild, choice: wild, reason: wild, paths: files, updatedAt: at }), {
      maxLength: 12,
      selector: (one) => one.key,
    })
    .map((list) => list.map(({ key: id, ...given }): Decision => decisionRow(id, given))),
  conventions: fc
    .uniqueArray(fc.record({ key, name: wild, rule: wild, reason: wild, updatedAt: at }), {
      maxLength: 12,
      selector: (one) => one.key,
    })
    .map((list) => list.map(({ key: id, ...given }): Convention => conventionRow(id, given))),
  claims: fc
    .array(fc.record({ holder: wild, why: wild, paths: files, lost: fc.boolean() }), { maxLength: 5 })
    .map((list) =>
      list.map(
        ({ lost, ...given }, index): Claim =>
          claimRow({
            id: `clm_${index}`,
            ...given,
            session: sessionId(lost ? 1 : index + 2),
            state: lost ? 'lost' : 'held',
          }),
      ),
    ),
}) as fc.Arbitrary<BriefInput>;

describe('whatever was recorded', () => {
  it('is within its budget and 8,000 characters, and closes its frame once', () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const told = brief(scene);
        expect(told.text.length).toBeLessThan(8000);
        expect(countTokens(told.text)).toBe(told.tokens);
        expect(told.tokens).toBeLessThanOrEqual(told.budget);
        expect(told.budget).toBeLessThanOrEqual(scene.budget ?? 0);
        if (told.text !== '') expect(told.text.match(/<\/?hivemind-record/g)).toHaveLength(2);
      }),
      { numRuns: 300 },
    );
  });

  it('is the same for any order of what it is made from, and within a minute', () => {
    fc.assert(
      fc.property(scenes, fc.integer({ min: 0, max: 59_999 }), (scene, laterMs) => {
        const turned = {
          ...scene,
          now: now + laterMs,
          sessions: [...scene.sessions].reverse(),
          deeds: [...scene.deeds].reverse(),
          decisions: [...(scene.decisions ?? [])].reverse(),
          conventions: [...(scene.conventions ?? [])].reverse(),
        };
        expect(brief(turned).text).toBe(brief(scene).text);
      }),
      { numRuns: 300 },
    );
  });
});
