import assert from 'node:assert/strict';
import type { InputOf, OutputOf } from '../../src/schema/operation.ts';
import { appendLate, burst, type Forest, newWord, take, where } from './branch-forest.ts';
import type { Fact } from './branch-model.ts';

type Step = (forest: Forest) => Promise<void>;

/** One thing of what people and agents do, by chance. */
export async function step(forest: Forest): Promise<void> {
  await forest.random.pick(steps)(forest);
}

const others = ({ model }: Forest): string[] => model.live().filter((name) => name !== 'main');

/** From a branch, or from an event of one: then what was seen there after it. */
const fork: Step = async (forest) => {
  const { model, random, story } = forest;
  // Of few branches that meet often more is to be learned than of many.
  if (model.live().length > 12) return merge(forest);
  const below = random.chance(0.3) ? `${random.pick(model.live())}/` : '';
  const name = `${below}line-${model.lines.size}-${story.length}`;
  const live = new Set(model.live());
  const events = [...model.after.keys()].filter(({ branch }) => branch !== null && live.has(branch));
  const lately = <T>(list: readonly T[]): readonly T[] => (random.chance(0.5) ? list.slice(-10) : list);
  const at = random.chance(0.4) && events.length > 0 ? random.pick(lately(events)) : undefined;
  await forkAt(forest, { name, from: at?.branch ?? random.pick(model.live()), at });
};

async function forkAt(
  forest: Forest,
  { name, from, at }: { name: string; from: string; at?: Fact | undefined },
): Promise<void> {
  const { model, room, story } = forest;
  story.push(`fork ${name} from ${at === undefined ? from : `${at.id} of ${from}`}`);
  await room.call('branch.create', { ...where, name, from: at === undefined ? from : at.id });
  model.fork(name, from, at);
  take(forest, () => from, []);
}

const strategies = ['manual', 'manual', 'latest', 'ours', 'theirs'] as const;

const merge: Step = async (forest) => {
  const { model, random } = forest;
  const source = random.pick(model.live());
  const into = random.chance(0.3) ? 'main' : random.pick(model.live());
  if (source !== into) await mergeOf(forest, { source, into, strategy: random.pick(strategies) });
};

interface MergeWanted {
  source: string;
  into: string;
  strategy: (typeof strategies)[number];
}

async function mergeOf(forest: Forest, { source, into, strategy }: MergeWanted): Promise<void> {
  const { model, room, story } = forest;
  const brings = model.brings(source, into).length;
  const result = await room.call('merge.run', { ...where, name: source, into, strategy });
  story.push(`merge ${source} into ${into} (${strategy}): ${result.outcome}`);
  assert.equal(result.events, brings);
  assert.equal(result.outcome === 'up-to-date', brings === 0, 'nothing to bring is up to date');
  if (strategy !== 'manual') assert.notEqual(result.outcome, 'conflicts');
  if (result.outcome === 'merged') model.merge(source, into);
  take(forest, () => into, []);
}

const remove: Step = async (forest) => {
  const { model, random, room, story } = forest;
  const gone = [...model.lines.keys()].filter((name) => model.line(name).isDeleted);
  if (gone.length > 0 && random.chance(0.5)) {
    const name = random.pick(gone);
    story.push(`restore ${name}`);
    await room.call('branch.restore', { ...where, name });
    model.line(name).isDeleted = false;
  } else if (others(forest).length > 1) {
    const name = random.pick(others(forest));
    story.push(`delete ${name}`);
    await room.call('branch.delete', { ...where, name });
    model.line(name).isDeleted = true;
  }
  take(forest, () => 'nowhere', []);
};

const rename: Step = async (forest) => {
  const { model, random, room, story } = forest;
  if (others(forest).length === 0) return;
  const name = random.pick(others(forest));
  const to = `${name.split('~')[0]}~${story.length}`;
  story.push(`rename ${name} to ${to}`);
  await room.call('branch.rename', { ...where, name, to });
  model.rename(name, to);
  take(forest, () => 'nowhere', []);
};

/** Few subjects, so that branches decide the same things; some of them are a secret themselves. */
const remember: Step = async (forest) => {
  const { model, random } = forest;
  const branch = random.pick(model.live());
  const known = [...model.seen(branch)].flatMap(({ record }) =>
    record?.kind === 'decision' ? [record.key] : [],
  );
  const secret = newWord(forest);
  const isKnown = known.length > 0 && random.chance(0.7);
  const subject = isKnown ? random.pick(known) : random.pick(['queue', 'cache', 'store', secret]);
  const words = subject === secret ? [secret] : [];
  await decide(forest, branch, { kind: random.pick(['decision', 'decision', 'convention']), subject, words });
};

interface Subject {
  kind: 'decision' | 'convention';
  subject: string;
  /** That are new with it. */
  words: readonly string[];
}

async function decide(forest: Forest, branch: string, { kind, subject, words }: Subject): Promise<void> {
  const { room, story } = forest;
  const word = newWord(forest);
  const about = { text: `use ${word}`, reason: `because ${word}` };
  story.push(`${kind} "${subject}" ${word} on ${branch}`);
  const named = kind === 'decision' ? { subject } : { convention: subject };
  await room.call('memory.remember', { ...where, branch, ...about, ...named });
  const field = kind === 'decision' ? 'choice' : 'rule';
  const record = { kind, key: subject, set: { [field]: about.text } };
  take(forest, () => branch, [{ words: [word, ...words], record }]);
}

const note: Step = async (forest) => {
  const { model, random, room, story } = forest;
  const branch = random.pick(model.live());
  const word = newWord(forest);
  story.push(`note ${word} on ${branch}`);
  const outcome = random.chance(0.5) ? { outcome: 'failed' as const } : {};
  await room.call('memory.remember', { ...where, branch, text: `saw ${word}`, ...outcome });
  take(forest, () => branch, [{ words: [word] }]);
};

/** Two branches change the same: whoever merges them has a conflict. */
const quarrel: Step = async (forest) => {
  const { model, random, story } = forest;
  const branch = random.pick(model.live());
  const below = random.chance(0.3) ? `${random.pick(model.live())}/` : '';
  const name = `${below}line-${model.lines.size}-${story.length}`;
  const secret = newWord(forest);
  const about: Subject = { kind: random.pick(['decision', 'convention']), subject: secret, words: [secret] };
  if (random.chance(0.5)) await decide(forest, branch, about);
  const known = [...model.seen(branch)].some(({ words }) => words.includes(secret));
  await forkAt(forest, { name, from: branch });
  await decide(forest, name, known ? { ...about, words: [] } : about);
  await decide(forest, branch, known ? { ...about, words: [] } : about);
  await mergeOf(forest, { source: name, into: branch, strategy: random.pick(strategies) });
};

const addItem: Step = async (forest) => {
  const { model, random, room, story } = forest;
  const branch = random.pick(model.live());
  const word = newWord(forest);
  story.push(`plan ${word} on ${branch}`);
  const { item } = await room.call('plan.add', { ...where, branch, title: `do ${word}` });
  const record = { kind: 'plan', key: item.id, set: { title: `do ${word}` } };
  take(forest, () => branch, [{ words: [word], record }]);
};

const setItem: Step = async (forest) => {
  const { model, random, room, story } = forest;
  const branch = random.pick(model.live());
  const items = [...model.seen(branch)].filter(({ record }) => record?.kind === 'plan');
  if (items.length === 0) return addItem(forest);
  const key = random.pick(items).record?.key ?? '';
  const word = newWord(forest);
  const field = random.pick(['note', 'title', 'owner'] as const);
  story.push(`set ${field} of ${key} to ${word} on ${branch}`);
  const input: InputOf<'plan.set'> = { ...where, branch, item: key, [field]: `now ${word}` };
  const { item }: OutputOf<'plan.set'> = await room.call('plan.set', input);
  assert.equal(item[field], `now ${word}`);
  const record = { kind: 'plan', key, set: { [field]: `now ${word}` } };
  take(forest, () => branch, [{ words: [word], record }]);
};

const steps: readonly Step[] = [
  burst,
  burst,
  burst,
  fork,
  fork,
  merge,
  merge,
  remove,
  rename,
  remember,
  remember,
  note,
  quarrel,
  addItem,
  setItem,
  setItem,
  appendLate,
];
