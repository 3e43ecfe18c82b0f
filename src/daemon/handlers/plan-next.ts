import { isOpen } from '../../core/plan/net.ts';
import { nextOf, type Readiness, readinessOf } from '../../core/plan/readiness.ts';
import type { BranchRecord } from '../../core/records/branch.ts';
import type { OutputOf, ParsedOf } from '../../schema/operation.ts';
import type { Claim, PlanItem } from '../../schema/records.ts';
import { branchToRead, branchToWrite } from '../branching.ts';
import { lostClaims, rootOf } from '../claims/held.ts';
import { releaseClaim, takeClaim } from '../claims/take.ts';
import { scopeOf } from '../lines.ts';
import type { LiveWorkspace } from '../live-workspace.ts';
import { itemNamed, itemsIn } from '../plan/items.ts';
import { heldByItem, surroundingsOf } from '../plan/surroundings.ts';
import { type Author, authorIn, storedItem, writePlan } from '../plan/writing.ts';
import type { Handler } from './handler.ts';

type Next = OutputOf<'plan.next'>;
type Lost = Next['lost'];

interface Taker {
  live: LiveWorkspace;
  line: BranchRecord;
  author: Author;
  ttlMs: number;
  now: () => number;
}

export const nextOnPlan: Handler<'plan.next'> = async (input, context, { workspaces, now }) => {
  const live = await workspaces.resolve(input);
  const line = await (input.take ? branchToWrite(live, input) : branchToRead(live, input));
  const author = authorIn(live, context, input.caller);
  const taker = { live, line, author, ttlMs: input.minutes * 60_000, now };
  const seen = lookAt(live, line, now());
  const wanted = wantedOf(seen, input);
  const { taken, lost } = input.take ? await takeFirst(taker, wanted) : { taken: null, lost: [] };
  const left = taken === null ? wanted : wanted.filter(({ item }) => item.id === taken.item.id);
  return {
    workspace: live.open.workspace.name,
    branch: line.name,
    offers: left.slice(0, input.limit).flatMap((one) => offerOf(one) ?? []),
    total: seen.next.length,
    open: seen.items.filter(isOpen).length,
    taken,
    lost,
    notes: notesOf(taker, { input, seen, taken, wanted }),
  };
};

interface Seen {
  items: readonly PlanItem[];
  next: Readiness[];
  standingOf: (item: PlanItem) => Readiness;
}

function lookAt({ open }: LiveWorkspace, line: BranchRecord, nowMs: number): Seen {
  const scope = scopeOf(open, line.id);
  const items = itemsIn(open, scope);
  const around = surroundingsOf(open, scope, { items, nowMs });
  return { items, next: nextOf(items, around), standingOf: (item) => readinessOf(item, around) };
}

/** What is offered: the one that was named, else all in order. */
function wantedOf({ items, next, standingOf }: Seen, { item, take }: ParsedOf<'plan.next'>): Readiness[] {
  if (item !== undefined) return [standingOf(itemNamed(items, item))];
  // A whole whose parts are open is for whoever wants just that one.
  return take ? next.filter(({ footing }) => footing !== 'parts-open') : next;
}

const offerOf = ({ item, footing, why, unblocks }: Readiness): Next['offers'][number] | null =>
  footing === 'ready' || footing === 'parts-open' || footing === 'stalled'
    ? { item, footing, why, unblocks: unblocks.map(({ id, title, state }) => ({ id, title, state })) }
    : null;

/** Takes the first that can still be had: others ask at the same time. */
async function takeFirst(
  taker: Taker,
  wanted: readonly Readiness[],
): Promise<{ taken: Next['taken']; lost: Lost }> {
  const lost: Lost = [];
  for (const { item, footing } of wanted) {
    if (footing === 'closed' || footing === 'waiting') continue;
    const { claim, heldBy } = await takeClaim(taker.live, {
      what: { item: item.id },
      holder: taker.author.actor.name,
      branch: taker.line.id,
      why: item.title,
      ttlMs: taker.ttlMs,
      author: taker.author,
    });
    if (claim === null) {
      lost.push({ item: item.id, title: item.title, heldBy });
      continue;
    }
    const event = await begin(taker, item.id, claim);
    if (event !== null)
      return { taken: { item: storedItem(taker.live.open, taker.line, item.id), claim, event }, lost };
  }
  return { taken: null, lost };
}

/** Says on the plan who does it. Between the look at the plan and the claim it may have been done: then it is given back. */
async function begin({ live, line, author, now }: Taker, id: string, claim: Claim): Promise<string | null> {
  let isStillOpen = false;
  let last = '';
  const ids = await writePlan(live, line, author, (items) => {
    const item = items.find((one) => one.id === id);
    if (item === undefined || !canBegin(live, line, { item, items, nowMs: now() })) return [];
    isStillOpen = true;
    last = item.event;
    const set = {
      ...(item.owner === author.actor.name ? {} : { owner: author.actor.name }),
      ...(item.state === 'doing' ? {} : { state: 'doing' }),
    };
    return Object.keys(set).length === 0 ? [] : [{ type: 'plan.changed', key: id, set }];
  });
  if (isStillOpen) return ids.at(-1) ?? last;
  await releaseClaim(live, claim, author);
  return null;
}

/** Whether an item can be begun by whoever holds it. */
function canBegin(
  { open }: LiveWorkspace,
  line: BranchRecord,
  { item, items, nowMs }: { item: PlanItem; items: readonly PlanItem[]; nowMs: number },
): boolean {
  if (item.state === 'doing') return true;
  const around = surroundingsOf(open, scopeOf(open, line.id), { items, nowMs });
  const { footing } = readinessOf(item, { ...around, held: new Map() });
  return footing === 'ready' || footing === 'parts-open';
}

function notesOf(
  { live, author, now }: Taker,
  {
    input,
    seen,
    taken,
    wanted,
  }: { input: ParsedOf<'plan.next'>; seen: Seen; taken: Next['taken']; wanted: readonly Readiness[] },
): string[] {
  const session = rootOf(live.open, author.session);
  const others = [...heldByItem(live.open, now())]
    .filter(([item, claim]) => claim.session === session && item !== taken?.item.id)
    .flatMap(([item]) => seen.items.find(({ id }) => id === item) ?? []);
  const lost = lostClaims(live.open, now())
    .filter((claim) => claim.session === session && claim.item !== null)
    .map(({ item, lostTo }) => {
      const title = seen.items.find(({ id }) => id === item)?.title ?? item;
      return `"${title}" is not yours: ${lostTo ?? 'somebody else'} had taken it first`;
    });
  const titled = others.map(({ id, title }) => `"${title}" (${id.slice(-6)})`);
  const [only] = wanted;
  const isRefused =
    input.item !== undefined && only !== undefined && offerOf(only) === null && taken === null;
  const whole = seen.next.filter(({ footing }) => footing === 'parts-open');
  return [
    ...lost,
    ...(titled.length === 0 ? [] : [`you hold already: ${titled.join(', ')}`]),
    ...(isRefused ? [`"${only.item.title}" cannot be begun: ${only.why.join('; ')}`] : []),
    ...(input.take && taken === null && input.item === undefined && whole.length > 0
      ? [`what is left has open parts: take it by its name, such as ${whole[0]?.item.id.slice(-6)}`]
      : []),
    ...(taken?.claim.standing === 'provisional'
      ? ['provisional: the bucket is out of reach, and another machine may have taken it as well']
      : []),
  ];
}
