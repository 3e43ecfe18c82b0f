import assert from 'node:assert/strict';
import { AppError } from '../../src/schema/app-error.ts';
import { type Forest, where, wordsIn } from './branch-forest.ts';
import type { Fact } from './branch-model.ts';
import { checkReplays } from './replay-doors.ts';

/** Asks at every door what is seen from a branch, and throws where that is not what the model says. */
export async function checkDoors(forest: Forest, branch: string): Promise<void> {
  const view = viewOf(forest, branch);
  await checkExport(view);
  await checkEvents(view);
  await checkSessions(view);
  await checkReplays(view);
  await checkRecall(view);
  await checkRecords(view);
  await checkBranch(view);
  const brief = await view.call('brief.show', { ...where, branch });
  view.holdsNoSecret('brief.show', brief);
}

/** The doors of a branch that was deleted are shut. */
export async function checkShut(forest: Forest, branch: string): Promise<void> {
  const { call } = forest.room;
  const [fact] = forest.model.facts;
  const asked = [
    call('event.export', { ...where, branch }),
    call('session.list', { ...where, branch }),
    call('replay.show', { ...where, branch }),
    call('replay.show', { ...where, branch, whole: 'branch' }),
    call('replay.show', { ...where, branch, whole: 'run' }),
    call('replay.find', { ...where, branch, whole: 'branch' }),
    call('replay.lanes', { ...where, branch, whole: 'branch' }),
    call('recall.search', { ...where, branch, query: 'about' }),
    call('plan.show', { ...where, branch }),
    call('memory.list', { ...where, branch }),
    call('brief.show', { ...where, branch }),
    call('event.show', { ...where, branch, id: fact?.id ?? '' }),
    call('branch.show', { ...where, name: branch }),
  ];
  for (const answer of await Promise.allSettled(asked)) {
    assert.equal(answer.status, 'rejected', `a door of ${branch} is open`);
    assert.equal((answer.reason as AppError).code, 'FAILED_PRECONDITION');
  }
}

export interface View extends Pick<Forest, 'model' | 'random'> {
  branch: string;
  call: Forest['room']['call'];
  /** What is seen, in order, and what is not. */
  seen: Fact[];
  unseen: Fact[];
  holdsNoSecret(door: string, answer: unknown, seen?: Iterable<Fact>): void;
}

function viewOf({ model, random, room: { call } }: Forest, branch: string): View {
  const visible = model.seen(branch);
  const seen = model.facts.filter((fact) => visible.has(fact));
  const unseen = model.facts.filter((fact) => !visible.has(fact));
  const holdsNoSecret: View['holdsNoSecret'] = (door, answer, known = seen) => {
    const facts = [...known];
    const words = new Set(facts.flatMap((fact) => fact.words));
    const leaked = wordsIn(answer).filter((word) => !words.has(word));
    assert.deepEqual(leaked, [], `${door} on ${branch} tells what is not seen there`);
    const ids = new Set(facts.map(({ id }) => id));
    const named = (JSON.stringify(answer).match(/evt_[0-9a-f]{32}/g) ?? []).filter((id) => !ids.has(id));
    assert.deepEqual(named, [], `${door} on ${branch} names events that are not seen there`);
  };
  return { model, random, call, branch, seen, unseen, holdsNoSecret };
}

const idsOf = (facts: readonly { id: string }[]): string[] => facts.map(({ id }) => id);

/** In pages, and from the middle. */
async function checkExport(view: View): Promise<void> {
  const { call, branch, seen, random } = view;
  const middle = random.chance(0.5) && seen.length > 0 ? random.pick(seen) : null;
  const limit = random.pick([1_000, Math.max(1, Math.ceil(seen.length / 3))]);
  const got: string[] = [];
  for (let after = middle?.id; ; ) {
    const page = await call('event.export', {
      ...where,
      branch,
      limit,
      ...(after === undefined ? {} : { after }),
    });
    got.push(...idsOf(page.events));
    view.holdsNoSecret('event.export', page.events);
    if (page.next === null) break;
    after = page.next;
  }
  const expected = idsOf(seen).slice(middle === null ? 0 : seen.indexOf(middle) + 1);
  assert.deepEqual(got, expected, `event.export on ${branch}`);
}

async function checkEvents(view: View): Promise<void> {
  const { call, branch, seen, unseen, random } = view;
  const one = random.pick(seen);
  const shown = await call('event.show', { ...where, branch, id: one.id });
  assert.equal(shown.event.id, one.id);
  const ids = idsOf(seen.filter(({ session }) => session === one.session));
  const at = ids.indexOf(one.id);
  assert.deepEqual(
    [shown.before, shown.after],
    [ids.slice(Math.max(0, at - 3), at), ids.slice(at + 1, at + 4)],
  );
  if (unseen.length === 0) return;
  const hidden = random.pick(unseen);
  for (const id of [hidden.id, hidden.id.slice(-12)])
    await refused(call('event.show', { ...where, branch, id }), 'NOT_FOUND', `${id} on ${branch}`);
}

async function refused(answer: Promise<unknown>, code: AppError['code'], what: string): Promise<void> {
  const found = await answer.then(
    () => 'answered',
    (error: unknown) => (error instanceof AppError ? error.code : error),
  );
  assert.equal(found, code, what);
}

async function checkSessions(view: View): Promise<void> {
  const { call, branch, seen, random } = view;
  const expected = new Map<string, number>();
  for (const { session, agent } of seen)
    if (agent !== 'hivemind') expected.set(session, (expected.get(session) ?? 0) + 1);
  const list = await call('session.list', { ...where, branch, limit: 1000 });
  view.holdsNoSecret('session.list', list);
  assert.equal(list.total, expected.size, `session.list on ${branch}`);
  assert.deepEqual(new Map(list.sessions.map(({ id, events }) => [id, events])).size, expected.size);
  for (const { id, events } of list.sessions) assert.equal(events, expected.get(id), `${id} on ${branch}`);
  if (expected.size === 0) return;
  const session = random.pick([...expected.keys()]);
  const own = idsOf(seen.filter((fact) => fact.session === session));
  const shown = await call('session.show', { ...where, branch, session });
  assert.deepEqual(idsOf(shown.events), own, `session.show on ${branch}`);
  view.holdsNoSecret('session.show', { ...shown, events: [] });
  const replay = await call('replay.show', { ...where, branch, session, children: false });
  assert.deepEqual(idsOf(replay.steps), own, `replay.show on ${branch}`);
  const woven = await call('replay.show', { ...where, branch, session });
  const family = new Set([session, ...woven.children.map(({ id }) => id)]);
  assert.deepEqual(idsOf(woven.steps), idsOf(seen.filter((fact) => family.has(fact.session))));
  view.holdsNoSecret('replay.show', { ...woven, steps: [] });
}

async function checkRecall(view: View): Promise<void> {
  const { call, branch, seen, unseen, random } = view;
  const ask = async (query: string) => {
    const found = await call('recall.search', { ...where, branch, query, limit: 50, budget: 20_000 });
    // The question, and the terms of it, are the asker's own words.
    view.holdsNoSecret('recall.search', { ...found, query: '', terms: [] });
    return found;
  };
  const told = random.shuffle(seen.filter(({ words, agent }) => words.length > 0 && agent !== 'hivemind'));
  for (const { words, id } of told.slice(0, 2)) {
    const { cards } = await ask(words[0] ?? '');
    const hits = cards.flatMap((card) => card.hits.map(({ event }) => event));
    assert.ok(hits.includes(id), `recall on ${branch} does not find ${words[0]}`);
  }
  for (const { words } of random.shuffle(unseen.filter(({ words: w }) => w.length > 0)).slice(0, 2))
    assert.equal((await ask(words[0] ?? '')).matched, 0, `recall on ${branch} finds ${words[0]}`);
  await ask('about use now do title');
}

async function checkRecords(view: View): Promise<void> {
  const { call, branch, seen, model, random } = view;
  const plan = await call('plan.show', { ...where, branch });
  const memory = await call('memory.list', { ...where, branch, withdrawn: true });
  view.holdsNoSecret('plan.show', plan);
  view.holdsNoSecret('memory.list', memory);
  checkRows(view, 'plan', plan.items, ['title', 'note', 'owner']);
  checkRows(
    view,
    'decision',
    memory.decisions.map((row) => ({ ...row, id: row.key })),
    ['choice'],
  );
  checkRows(
    view,
    'convention',
    memory.conventions.map((row) => ({ ...row, id: row.key })),
    ['rule'],
  );
  const own = seen.filter((fact) => model.after.has(fact));
  if (own.length === 0) return;
  const at = random.pick(random.chance(0.5) ? own.slice(-5) : own);
  const then = [...(model.after.get(at) ?? [])];
  const early = await call('plan.show', { ...where, branch, at: at.id });
  const known = await call('memory.list', { ...where, branch, at: at.id, withdrawn: true });
  view.holdsNoSecret('plan.show --at', early, then);
  view.holdsNoSecret('memory.list --at', known, then);
  const found = [...idsOf(early.items), ...[...known.decisions, ...known.conventions].map(({ key }) => key)];
  const keys = then.flatMap(({ record }) => (record === undefined ? [] : [record.key]));
  assert.deepEqual(new Set(found), new Set(keys), `records at ${at.id} on ${branch}`);
}

/** Exactly the records that are seen, each with a value that was written, and with the last where no merge has chosen. */
function checkRows(
  view: View,
  kind: string,
  rows: readonly { id: string; contested: readonly { field: string }[] }[],
  fields: readonly string[],
): void {
  const { branch, seen, model } = view;
  const written = seen.flatMap(({ record }) => (record?.kind === kind ? [record] : []));
  assert.deepEqual(
    new Set(idsOf(rows)),
    new Set(written.map(({ key }) => key)),
    `${kind} records on ${branch}`,
  );
  for (const row of rows)
    for (const field of fields) {
      const alive = model.alive(branch, { kind, key: row.id }, field);
      const values = seen.filter(({ id }) => alive.includes(id)).map(({ record }) => record?.set[field]);
      const shown = (row as Record<string, unknown>)[field];
      const own = written.filter(({ key, set }) => key === row.id && field in set);
      if (own.length > 0)
        assert.ok(
          own.some(({ set }) => set[field] === shown),
          `${field} of ${row.id} on ${branch}`,
        );
      if (values.length !== 1 || seen.some(({ decided }) => decided.includes(row.id))) continue;
      assert.ok(!row.contested.some((one) => one.field === field), `${field} of ${row.id} is contested`);
      assert.equal(shown, values[0], `${field} of ${row.id} on ${branch}`);
    }
}

async function checkBranch(view: View): Promise<void> {
  const { call, branch, seen, model, random } = view;
  const shown = await call('branch.show', { ...where, name: branch });
  assert.equal(shown.visible, seen.length, `branch.show on ${branch}`);
  assert.deepEqual(shown.kinds, countTypes(model.facts.filter((fact) => fact.branch === branch)));
  assert.equal(shown.branch.parent, model.line(branch).parent);
  const into = random.pick(model.live());
  const list = await call('branch.list', { ...where, into, limit: 1000 });
  assert.deepEqual(new Set(list.branches.map(({ name }) => name)), new Set(model.live()));
  for (const { name, ahead, behind } of list.branches)
    assert.deepEqual(
      [ahead, behind],
      [model.brings(name, into).length, model.brings(into, name).length],
      `branch.list: ${name} against ${into}`,
    );
  if (into === branch) return;
  const diff = await call('branch.diff', { ...where, name: branch, into });
  assert.deepEqual(
    diff.kinds,
    countTypes(model.brings(branch, into)),
    `branch.diff of ${branch} into ${into}`,
  );
  assert.deepEqual(
    [diff.ahead, diff.behind],
    [model.brings(branch, into).length, model.brings(into, branch).length],
  );
  view.holdsNoSecret('branch.diff', diff, [...model.seen(branch), ...model.seen(into)]);
}

function countTypes(facts: readonly Fact[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of facts) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
