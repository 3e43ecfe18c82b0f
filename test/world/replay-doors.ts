import assert from 'node:assert/strict';
import type { View } from './branch-doors.ts';
import { where } from './branch-forest.ts';
import type { Fact } from './branch-model.ts';

type Whole = 'branch' | 'run';

/** A branch and a run, step by step: as the model says, and not a word of what is not seen there. */
export async function checkReplays(view: View): Promise<void> {
  for (const whole of ['branch', 'run'] as const) {
    const facts = factsOf(view, whole);
    // A step may quote what its branch had seen (a merge says what it decided).
    const known = new Set(linesOf(view, whole).flatMap((line) => [...view.model.seen(line)]));
    const replayed: Replayed = {
      ...view,
      whole,
      facts,
      holds: (door, answer) => view.holdsNoSecret(door, answer, known),
    };
    await checkSteps(replayed);
    await checkFinds(replayed);
    await checkLanes(replayed);
  }
}

interface Replayed extends View {
  whole: Whole;
  facts: readonly Fact[];
  holds(door: string, answer: unknown): void;
}

const linesOf = ({ model, branch }: View, whole: Whole): string[] =>
  model.live().filter((name) => name === branch || (whole === 'run' && name.startsWith(`${branch}/`)));

/** Of a run what was recorded on the branch and below it, and of the board what its sessions did. */
function factsOf(view: View, whole: Whole): Fact[] {
  const { model, seen } = view;
  const known = seen.filter(({ type }) => type !== 'writer.observed');
  if (whole === 'branch') return known;
  const lines = new Set(linesOf(view, whole));
  const own = model.facts.filter((fact) => fact.branch !== null && lines.has(fact.branch));
  const sessions = new Set(own.map(({ session }) => session));
  return model.facts.filter(
    (fact) =>
      own.includes(fact) ||
      (fact.branch === null && sessions.has(fact.session) && fact.type !== 'writer.observed'),
  );
}

const idsOf = (facts: readonly { id: string }[]): string[] => facts.map(({ id }) => id);

async function checkSteps({ whole, facts, holds, call, branch, random }: Replayed): Promise<void> {
  const limit = random.pick([1_000, Math.max(1, Math.ceil(facts.length / 3))]);
  const steps: string[] = [];
  do {
    const page = await call('replay.show', { ...where, branch, whole, after: steps.length, limit });
    assert.equal(page.total, facts.length, `replay.show of the ${whole} ${branch}`);
    holds('replay.show', { ...page, subject: null });
    steps.push(...idsOf(page.steps));
  } while (steps.length < facts.length);
  assert.deepEqual(steps, idsOf(facts), `the steps of the ${whole} ${branch}`);
}

async function checkFinds({ whole, facts, holds, call, branch, random, model }: Replayed): Promise<void> {
  const find = { ...where, branch, whole };
  const edits = facts.flatMap(({ type }, at) => (type === 'file.edited' ? [at] : []));
  const from = random.int(-1, Math.max(0, facts.length - 1));
  const edit = await call('replay.find', { ...find, kind: 'edit', from });
  assert.equal(edit.step, edits.find((at) => at > from) ?? null, `the next edit of the ${whole} ${branch}`);
  holds('replay.find', edit);
  const only = await call('replay.show', { ...find, only: ['edit'] });
  assert.deepEqual(idsOf(only.steps), idsOf(edits.flatMap((at) => facts[at] ?? [])));
  const told = facts.filter(({ words }) => words.length > 0);
  if (told.length > 0) {
    const fact = random.pick(told);
    const said = await call('replay.find', { ...find, text: (fact.words[0] ?? '').toUpperCase() });
    assert.ok(
      said.step !== null && said.step <= facts.indexOf(fact),
      `${fact.words[0]} in the ${whole} ${branch}`,
    );
    holds('replay.find', said);
    const at = await call('replay.find', { ...find, event: fact.id });
    assert.deepEqual([at.step, at.event?.id], [facts.indexOf(fact), fact.id]);
  }
  const hidden = model.facts.filter((fact) => fact.words.length > 0 && !facts.includes(fact));
  if (hidden.length === 0) return;
  const word = random.pick(hidden).words[0] ?? '';
  if (facts.some(({ words }) => words.includes(word))) return;
  const said = await call('replay.find', { ...find, text: word });
  assert.equal(said.step, null, `the ${whole} ${branch} says ${word}`);
}

async function checkLanes({ whole, facts, holds, call, branch }: Replayed): Promise<void> {
  const { lanes } = await call('replay.lanes', { ...where, branch, whole, limit: 1000 });
  const expected: Record<string, number> = {};
  for (const { session } of facts) expected[session] = (expected[session] ?? 0) + 1;
  const found = Object.fromEntries(
    lanes.map(({ session, steps }) => [session, steps.reduce((sum, count) => sum + count, 0)]),
  );
  assert.deepEqual(found, expected, `replay.lanes of the ${whole} ${branch}`);
  holds('replay.lanes', lanes);
}
