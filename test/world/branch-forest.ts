import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LiveWorkspace } from '../../src/daemon/workspaces.ts';
import { MergeCommitted } from '../../src/schema/bodies/merge.ts';
import { Draft, type Event } from '../../src/schema/event.ts';
import { sessionId } from '../../src/schema/ids.ts';
import type { Workspace } from '../../src/schema/records.ts';
import { doJob } from '../../src/store/job.ts';
import { BranchModel, type Fact } from './branch-model.ts';
import type { Drafts } from './drafts.ts';
import { type EngineRoom, openEngineRoom } from './engine-room.ts';
import type { Random } from './random.ts';

/** A real workspace on which branches are made, written to and merged at random, and the model of what may be seen. */
export interface Forest {
  room: EngineRoom;
  workspace: Workspace;
  model: BranchModel;
  random: Random;
  live: LiveWorkspace;
  words: number;
  published: Event[];
  /** The files that name the writers under which it was open. */
  writers: string[];
  /** What was done, for whoever looks for the cause of a failure. */
  story: string[];
}

export async function plantForest(random: Random): Promise<Forest> {
  const published: Event[] = [];
  const room = await openEngineRoom(doJob, (events) => void published.push(...events));
  const workspace = await room.workspaces.create('w');
  const model = new BranchModel();
  const live = await room.workspaces.live(workspace);
  const forest = { room, workspace, model, random, live, words: 0, published, writers: [], story: [] };
  take(forest, () => 'main', []);
  return forest;
}

export const where = { workspace: 'w' };

const letters = 'bcdfgkmnprtv';

/** A word that occurs nowhere else; none is a part of another, and none has a stem but itself. */
export function newWord(forest: Forest): string {
  forest.words += 1;
  let rest = forest.words;
  let word = '';
  for (let place = 0; place < 6; place += 1) {
    word += letters[rest % letters.length];
    rest = Math.floor(rest / letters.length);
  }
  return `x${word}x`;
}

export const wordsIn = (value: unknown): string[] =>
  JSON.stringify(value).match(/x[bcdfgkmnprtv]{6}x/g) ?? [];

/** Types that everybody sees, on whatever branch. */
const isOfBoard = (type: string): boolean =>
  /^(branch\.|claim\.|writer\.)/.test(type) || type === 'merge.stopped' || type === 'merge.aborted';

type Written = Pick<Fact, 'record'> & { words: readonly string[] };

/** Gives the model what was stored since the last time. `said`: the words that are new, and what goes with them. */
export function take(forest: Forest, branchOf: (event: Event) => string, said: readonly Written[]): Fact[] {
  const events = forest.published.splice(0);
  const facts = events.map((event): Fact => {
    const mine = said.find(({ words }) => words.some((word) => wordsIn(event).includes(word)));
    return {
      id: event.id,
      type: event.type,
      branch: isOfBoard(event.type) ? null : branchOf(event),
      session: event.session,
      agent: event.agent,
      words: mine?.words ?? [],
      decided: decidedIn(event),
      ...(mine?.record === undefined ? {} : { record: mine.record }),
    };
  });
  for (const fact of facts) forest.model.add(fact);
  assert.equal(facts.filter(({ words }) => words.length > 0).length, said.length);
  return facts;
}

function decidedIn({ type, body }: Event): string[] {
  const merge = MergeCommitted.safeParse(body);
  return type === 'merge.committed' && merge.success ? merge.data.decided.map(({ key }) => key) : [];
}

const kinds = [
  'turn.prompted',
  'turn.replied',
  'tool.called',
  'file.edited',
  'session.started',
  'session.titled',
  'claim.taken',
  'thing.unheard_of',
] as const;

const sessions = ['a', 'b', 'c'].map((name) => sessionId('claude-code', name));

/** An event of one of few sessions, which so go on after a fork and on several branches. */
export function newDraft(forest: Forest): { draft: Drafts[number]; written: Written } {
  const { random } = forest;
  const word = newWord(forest);
  const type = random.pick(kinds);
  const session = random.pick(sessions);
  const claim = { key: `clm-${random.int(1, 3)}`, set: { holder: word, paths: [`src/${word}`] } };
  const bodies: Partial<Record<(typeof kinds)[number], Record<string, unknown>>> = {
    'session.started': { nativeId: word, cwd: `/w/${word}`, parentSession: random.pick(sessions) },
    'session.titled': { title: `title ${word}` },
    'claim.taken': claim,
  };
  const draft: Drafts[number] = {
    type,
    agent: 'claude-code',
    session,
    turn: `trn_${String(random.int(1, 3)).repeat(32)}`,
    identity: { nativeId: word, phase: 'done' },
    actor: { kind: random.pick(['human', 'agent'] as const), name: 'somebody' },
    status: random.pick(['ok', 'ok', 'failed'] as const),
    paths: type === 'file.edited' ? [`src/${word}.ts`] : [],
    text: `about ${word}`,
    body: bodies[type] ?? { detail: word },
  };
  return { draft, written: { words: [word] } };
}

/** Appends to several branches at once: they go to disk together. */
export async function burst(forest: Forest): Promise<void> {
  const { random, model, room } = forest;
  const parts = Array.from({ length: random.int(1, 4) }, () => ({
    branch: random.pick(model.live()),
    drafts: Array.from({ length: random.int(1, 4) }, () => newDraft(forest)),
  }));
  forest.story.push(
    `append ${parts.map(({ branch, drafts }) => `${drafts.length} to ${branch}`).join(', ')}`,
  );
  await Promise.all(
    parts.map(({ branch, drafts }) =>
      room.call('event.append', { ...where, branch, events: drafts.map(({ draft }) => draft) }),
    ),
  );
  const branches = new Map(
    parts.flatMap(({ branch, drafts }) =>
      drafts.flatMap(({ written }) => written.words.map((word): [string, string] => [word, branch])),
    ),
  );
  const branchOf = (event: Event): string => branches.get(wordsIn(event)[0] ?? '') ?? 'nowhere';
  take(
    forest,
    branchOf,
    parts.flatMap(({ drafts }) => drafts.map(({ written }) => written)),
  );
}

/** What comes for a branch after it was deleted stays on it, and nobody sees it. */
export async function appendLate(forest: Forest): Promise<void> {
  const { model, live, random } = forest;
  const gone = [...model.lines.keys()].filter((name) => model.line(name).isDeleted);
  if (gone.length === 0) return;
  const branch = random.pick(gone);
  const { draft, written } = newDraft(forest);
  forest.story.push(`append late to ${branch}`);
  const id = [...live.open.branches.values()].find(({ name }) => name === branch)?.id ?? branch;
  await live.appender.append([Draft.parse(draft)], { branch: id });
  take(forest, () => branch, [written]);
}

/** Everything goes to disk, and (`isSealed`) into indexed tables, of which reading is by SQL. */
export async function store(forest: Forest, isSealed: boolean): Promise<void> {
  const { store: tables } = forest.live.open;
  forest.story.push(isSealed ? 'seal' : 'flush');
  while ((await tables.flush()) > 0);
  if (!isSealed) return;
  await tables.exclusively(() => tables.generations.roll());
  await tables.upkeep.run(new AbortController().signal);
  assert.equal(tables.freshSize(), 0, 'something is still in memory');
}

/**
 * Closes the workspace and opens it again: `as` a new writer, as in a home that was copied, or as one that it was before,
 * so that the events of several writers are mixed.
 */
export async function reopen(
  forest: Forest,
  { isSaved, as }: { isSaved: boolean; as: 'new' | 'earlier' },
): Promise<void> {
  const { room, workspace, live, random, writers } = forest;
  forest.story.push(`reopen${isSaved ? ' with a snapshot' : ''} as ${as} writer`);
  if (isSaved) await live.open.store.settle(true);
  const meanwhile = async ({ open }: LiveWorkspace): Promise<void> => {
    const path = join(open.directory, 'writer.json');
    const now = readFileSync(path, 'utf8');
    if (!writers.includes(now)) writers.push(now);
    const others = writers.filter((writer) => writer !== now);
    if (as === 'new' || others.length === 0) rmSync(path);
    else writeFileSync(path, random.pick(others));
  };
  forest.live = await room.workspaces.reopen(workspace, { meanwhile });
}
