import type { Event } from './event.ts';

/** What stands in the place of what was forgotten, or pruned. */
export const forgottenText = '[forgotten]';
export const prunedText = '[pruned]';

/** Whether nothing is left of a text but the mark that stands in its place. */
export const isGone = (text: unknown): boolean => text === forgottenText || text === prunedText;

type Body = Record<string, unknown>;

/** What a stub needs to know of the forgetting that made it. */
export interface StubOrder {
  /** The event that ordered it. */
  event: string;
  kind: 'forgotten' | 'pruned';
  /** The key that takes the place of the record's own. */
  key?: string | undefined;
}

/** The event that ordered that this one be forgotten or pruned; null when it is whole. */
export function forgottenBy({ body }: Pick<Event, 'body'>): string | null {
  const by = body.forgotten ?? body.pruned;
  return typeof by === 'string' && body.stub === true ? by : null;
}

/**
 * An event with nothing left of its content: id, order, keys, session, type and state fields stay, text and paths become
 * marks, and of the body only what counts, orders or points is kept. What is a stub already stays as it is, but that a
 * pruned event can still be forgotten.
 */
export function stubOf(event: Event, order: StubOrder): Event {
  const { body } = event;
  if (body.stub === true && (order.kind === 'pruned' ? leaves(body, order) : isLater(body.forgotten, order)))
    return rekeyed(event, order.key);
  const mark = order.kind === 'pruned' ? prunedText : forgottenText;
  return {
    ...event,
    text: mark,
    paths: event.paths.length === 0 ? [] : [mark],
    body: { ...keptOf(event, mark, order.key), stub: true, [order.kind]: order.event },
  };
}

/** A merge event without the values of some of its decided rows, or with another key for them. */
export function withoutDecided(
  event: Event,
  rows: readonly { at: number; value: boolean; key?: string | undefined }[],
): Event {
  const { decided } = event.body;
  if (!Array.isArray(decided)) return event;
  const changed = decided.map((row: unknown, at) => {
    const change = rows.find((one) => one.at === at);
    if (change === undefined || !isObject(row)) return row;
    const key = { key: keyAfter(row.key, change.key) };
    return { ...row, ...key, ...(change.value ? { value: valueStub(String(row.field), row.value) } : {}) };
  });
  // The message and the settled conflicts may quote what was decided.
  const { message, settled, ...body } = event.body;
  const isSame = JSON.stringify(changed) === JSON.stringify(decided);
  if (isSame && event.text === forgottenText && message === undefined && settled === undefined) return event;
  return { ...event, text: forgottenText, body: { ...body, decided: changed } };
}

/** Of several orders the first by its id is named, whichever came first. */
const isLater = (by: unknown, { event }: StubOrder): boolean => typeof by === 'string' && by <= event;
const leaves = (body: Body, order: StubOrder): boolean =>
  typeof body.forgotten === 'string' || isLater(body.pruned, order);

/** How a key begins that took the place of one which was made of forgotten words. */
export const forgottenKey = 'forgotten-';

/** Of two keys that are to take the place of another the smaller one does, whichever came first. */
function keyAfter(key: unknown, wanted: string | undefined): unknown {
  if (wanted === undefined) return key;
  return typeof key === 'string' && key.startsWith(forgottenKey) && key <= wanted ? key : wanted;
}

const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields that say how things stand, not what they are about. */
const stateFields = new Set(
  'state removed parent rank priority until standing lostTo item handoff session branch holder to from by content bySession claim'.split(
    ' ',
  ),
);

/** What takes the place of a value of a record's field; state stays. */
function valueStub(field: string, value: unknown, mark: string = forgottenText): unknown {
  const [name = ''] = field.split('/');
  if (stateFields.has(name) || name === 'dependsOn' || value === null || typeof value === 'boolean')
    return value;
  if (Array.isArray(value)) return value.length === 0 ? [] : [mark];
  if (isObject(value)) return { text: mark, answer: typeof value.answer === 'string' ? mark : null };
  return typeof value === 'string' ? mark : value;
}

/** Top-level fields of a body that stay, by family or type: ids, hashes, numbers and words of our own. */
const keptFields: Readonly<Record<string, readonly string[]>> = {
  'session.started': ['source', 'nativeId', 'parentSession', 'startedByCall', 'model', 'agentVersion'],
  'session.ended': ['reason'],
  'session.compacted': ['trigger'],
  'session.linked': ['parentSession'],
  'turn.prompted': ['source'],
  'turn.replied': ['final', 'tokens', 'costUsd'],
  'turn.measured': ['tokens', 'costUsd', 'durationMs'],
  'tool.called': ['callId', 'refusedBy', 'exitCode', 'durationMs', 'tokens', 'childSession'],
  'file.edited': ['callId', 'change', 'durationMs'],
  'hook.unreadable': ['event', 'bytes'],
  'git.committed': ['sha', 'parents', 'patch', 'sessions', 'picked'],
  'git.rewritten': ['sha', 'parents', 'patch', 'sessions', 'from', 'how'],
  'git.merged': ['sha', 'parents', 'patch', 'sessions', 'squash'],
  'git.switched': ['from', 'to'],
  'memory.attempted': ['outcome', 'derived', 'evidence'],
  'memory.replaced': ['event', 'by'],
  'recall.injected': ['channel', 'tokens', 'ms', 'claims', 'handoffs'],
  'recall.warned': ['callId', 'posterior', 'bucket', 'shown', 'evidence', 'cross'],
  'handoff.offered': ['key', 'to', 'item', 'tokens'],
  'handoff.answered': ['key', 'answer'],
  'branch.created': ['branch', 'parent', 'agent'],
  'branch.renamed': ['branch'],
  'merge.stopped': ['source', 'into'],
  'merge.reviewed': ['source', 'into', 'head', 'verdict', 'replyTo'],
};

/** Fields that a body of its type must have: the mark stands in them. */
const markedFields: Readonly<Record<string, readonly string[]>> = {
  'session.titled': ['title'],
  'turn.prompted': ['prompt'],
  'turn.replied': ['message'],
  'tool.called': ['tool'],
  'file.edited': ['tool', 'path'],
  'hook.unreadable': ['raw'],
  'git.committed': ['subject', 'author', 'worktree'],
  'git.rewritten': ['subject', 'author', 'worktree'],
  'git.merged': ['subject', 'author', 'worktree'],
  'git.switched': ['worktree'],
  'memory.noted': ['content'],
  'memory.attempted': ['approach'],
  'merge.reviewed': ['comment'],
  'recall.warned': ['tool', 'key'],
  'handoff.offered': ['task', 'status', 'next'],
  'handoff.answered': ['reason'],
};

/** Types whose body says nothing but where things are, and that everything else rests on. */
const structural =
  /^(writer\.observed|event\.forgotten|workspace\.pruned|branch\.(deleted|restored)|merge\.aborted)$/;

/** Whether an event is never made a stub: nobody wrote it, or everything rests on it. */
export const isStructural = (type: string): boolean => structural.test(type);

function keptOf({ type, branch, body }: Event, mark: string, key: string | undefined): Body {
  if (structural.test(type)) return body;
  if (type === 'merge.committed') return mergeStub(body, mark);
  const kept: Body = {};
  for (const field of keptFields[type] ?? []) if (Object.hasOwn(body, field)) kept[field] = body[field];
  for (const field of markedFields[type] ?? []) kept[field] = mark;
  if (type === 'tool.called' || type === 'file.edited') kept.tool = commonTool(body.tool, mark);
  if (type === 'file.edited') kept.hunks = [];
  if (type === 'recall.injected') kept.cards = [];
  if (type === 'merge.reviewed' && isObject(body.signature)) kept.signature = sealStub(body.signature);
  if (type.startsWith('git.')) kept.branch = null;
  if (type === 'merge.stopped')
    kept.conflicts = Array.isArray(body.conflicts) ? body.conflicts.map(() => ({ id: mark })) : [];
  if (type.startsWith('branch.')) kept.name = `${forgottenKey}${String(body.branch ?? branch).slice(-8)}`;
  if (isObject(body.set)) Object.assign(kept, recordStub(body, body.set, mark, key));
  return kept;
}

/** Whose verdict it is, and that its signature was used; words have no place in it. */
const sealStub = ({ kind, value, nonce, key }: Body): Body => ({ kind, value, nonce, key });

/** Names of tools that many agents share say nothing; that of a server's tool may. */
const commonTool = (tool: unknown, mark: string): string =>
  typeof tool === 'string' && /^[A-Z][A-Za-z]{1,19}$/.test(tool) ? tool : mark;

function recordStub(body: Body, set: Body, mark: string, key: string | undefined): Body {
  const entries = Object.entries(set)
    // The name of a link is its content.
    .filter(([field]) => !field.startsWith('link/'))
    .map(([field, value]): [string, unknown] => [field, valueStub(field, value, mark)]);
  return { key: keyAfter(body.key, key), set: Object.fromEntries(entries), over: overStub(body.over) };
}

const overStub = (over: unknown): Body =>
  isObject(over)
    ? Object.fromEntries(Object.entries(over).filter(([field]) => !field.startsWith('link/')))
    : {};

/** Values that somebody gave by hand go; what was taken from an event goes with that event. */
function mergeStub(body: Body, mark: string): Body {
  const { source, target, base, strategy, events, decided } = body;
  const kept = { source, target, base, strategy, events };
  if (!Array.isArray(decided)) return { ...kept, decided: [] };
  const rows = decided.map((row: unknown) =>
    isObject(row) && row.from === null
      ? { ...row, value: valueStub(String(row.field), row.value, mark) }
      : row,
  );
  return { ...kept, decided: rows };
}

/** An event with another key of its record. */
export function rekeyed(event: Event, wanted: string | undefined): Event {
  const { key, set } = event.body;
  const after = keyAfter(key, wanted);
  return typeof key !== 'string' || !isObject(set) || after === key
    ? event
    : { ...event, body: { ...event.body, key: after } };
}
