import { criticalPath } from '../../core/plan/critical.ts';
import { countDrift, type Drifted, driftOf } from '../../core/plan/drift.ts';
import { dependantsOf, isOpen, netOf, partsOf, ringsIn } from '../../core/plan/net.ts';
import { type Readiness, readinessOf, type Surroundings } from '../../core/plan/readiness.ts';
import { toPlanItem } from '../../core/records/rows.ts';
import { AppError } from '../../schema/app-error.ts';
import type { CallContext, OutputOf, ParsedOf } from '../../schema/operation.ts';
import type { Claim, PlanItem } from '../../schema/records.ts';
import { branchToRead } from '../branching.ts';
import { rootOf } from '../claims/held.ts';
import { branchName, namedLine } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { historyOf } from '../plan/history.ts';
import { itemNamed, itemsIn } from '../plan/items.ts';
import { targetsOf } from '../plan/links.ts';
import { type TakenView, viewNow, viewThen } from '../plan/moment-view.ts';
import { surroundingsOf } from '../plan/surroundings.ts';
import { authorIn } from '../plan/writing.ts';
import { readingPoint } from '../reading-point.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import type { Handler } from './handler.ts';

export const showPlan: Handler<'plan.show'> = async (input, context, { workspaces, now }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const { line, scope, moment } = await readingPoint(live, input);
  const all = itemsIn(open, scope);
  const around = surroundingsOf(open, scope, { items: all, nowMs: now() });
  // Claims are of this moment: of the past it is not known which of them held.
  const seen: Surroundings = moment === null ? around : { ...around, held: new Map(), ranOut: new Map() };
  const wanted = input.item === undefined ? null : itemNamed(all, input.item);
  const items = wanted === null ? filtered(all, seen, { input, context, live }) : [wanted];
  return {
    workspace: open.workspace.name,
    branch: line.name,
    items,
    claims: items.flatMap(({ id }) => seen.held.get(id) ?? []),
    detail:
      wanted === null
        ? null
        : {
            ...detailOf(readinessOf(wanted, seen), seen),
            links: await targetsOf(open, scope, wanted.links),
            writes: open.registers.writes('plan', wanted.id, scope).length,
          },
  };
};

function filtered(
  items: readonly PlanItem[],
  { held }: Surroundings,
  { input, context, live }: { input: ParsedOf<'plan.show'>; context: CallContext; live: LiveWorkspace },
): PlanItem[] {
  const author = authorIn(live, context, input.caller);
  const session = rootOf(live.open, author.session);
  const isMine = ({ id, owner }: PlanItem): boolean =>
    owner === author.actor.name || held.get(id)?.session === session;
  return items.filter(
    (item) =>
      (input.state === undefined || item.state === input.state) &&
      (input.owner === undefined || item.owner === input.owner) &&
      (!input.mine || isMine(item)),
  );
}

type Detail = NonNullable<OutputOf<'plan.show'>['detail']>;

function detailOf(
  { item, footing, why }: Readiness,
  { net, held }: Surroundings,
): Omit<Detail, 'links' | 'writes'> {
  const named = (ids: readonly string[]): Detail['parts'] =>
    ids.flatMap((id) => net.items.get(id) ?? []).map(nameOf);
  const claim: Claim | null = held.get(item.id) ?? null;
  return {
    parent: named(item.parent === null ? [] : [item.parent])[0] ?? null,
    parts: partsOf(net, item.id).map(nameOf),
    dependsOn: named(item.dependsOn),
    dependants: dependantsOf(net, item.id).map(nameOf),
    claim,
    footing,
    why,
  };
}

const nameOf = ({ id, title, state }: PlanItem): Detail['parts'][number] => ({ id, title, state });

export const graphPlan: Handler<'plan.graph'> = async (input, _context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const { line, scope } = await readingPoint(live, input);
  const all = itemsIn(live.open, scope);
  const items = input.open ? all.filter(isOpen) : all;
  const shown = new Set(items.map(({ id }) => id));
  const net = netOf(all);
  return {
    workspace: live.open.workspace.name,
    branch: line.name,
    nodes: items.map(({ id, title, state, owner, priority, parent }) => ({
      id,
      title,
      state,
      owner,
      priority,
      parent,
    })),
    edges: items.flatMap(({ id, parent, dependsOn }) => [
      ...(parent !== null && shown.has(parent) ? [{ from: parent, to: id, kind: 'part' as const }] : []),
      ...dependsOn
        .filter((needed) => shown.has(needed))
        .map((from) => ({ from, to: id, kind: 'depends' as const })),
    ]),
    critical: criticalPath(net),
    rings: ringsIn(net),
  };
};

export const showPlanHistory: Handler<'plan.history'> = async (input, _context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const { line, scope } = await readingPoint(live, input);
  const item = itemNamed(everIn(open, scope), input.item);
  return {
    workspace: open.workspace.name,
    branch: line.name,
    item,
    writes: await historyOf(open, { line, scope }, item.id),
  };
};

/** Also what was taken off the plan: that is when one wants to know who did. */
const everIn = ({ registers }: OpenWorkspace, scope: Parameters<typeof itemsIn>[1]): PlanItem[] =>
  registers
    .all('plan', scope)
    .filter(({ fields }) => fields.title !== undefined)
    .map(toPlanItem);

export const diffPlan: Handler<'plan.diff'> = async (input, _context, { workspaces, now }) => {
  const { since, against } = input;
  if ((since === undefined) === (against === undefined))
    throw new AppError('INVALID_ARGUMENT', 'one of --since MOMENT and --against BRANCH', {
      hint: 'hivemind plan diff --since 7d',
    });
  const live = await workspaces.resolve(input);
  const { open } = live;
  const line = await branchToRead(live, input);
  const to = await viewNow(open, line);
  const from =
    since !== undefined
      ? await viewThen(open, line, since, now())
      : await viewNow(open, namedLine(open, against ?? ''));
  const changes = driftOf(itemsIn(open, from.scope), itemsIn(open, to.scope)).map((change) => ({
    ...change,
    ...whoDid(open, change, { from, to }),
  }));
  return {
    workspace: open.workspace.name,
    branch: line.name,
    from: viewed(open, from),
    to: viewed(open, to),
    changes,
    counts: countDrift(changes),
  };
};

const viewed = (open: OpenWorkspace, { standpoint, last }: TakenView): OutputOf<'plan.diff'>['from'] => ({
  branch: branchName(open, standpoint.branch),
  event: last?.event ?? null,
  at: last?.at ?? open.workspace.createdAt,
  cut: standpoint.cut,
});

/** Names of fields as they stand in writes: of a set, what its members begin with. */
const sets: Readonly<Record<string, string>> = {
  dependsOn: 'dependsOn/',
  links: 'link/',
  blockers: 'blocker/',
  questions: 'question/',
  item: '',
};

/** The last write of what has changed; of what only the other side has (another branch) that side's. */
function whoDid(
  { registers }: OpenWorkspace,
  { id, field, kind }: Drifted,
  { from, to }: { from: TakenView; to: TakenView },
): Pick<OutputOf<'plan.diff'>['changes'][number], 'at' | 'by' | 'agent' | 'event'> {
  const isAbout = (name: string): boolean =>
    sets[field] === undefined ? name === field : name.startsWith(sets[field]);
  const last = [to, from]
    .map(({ scope }) => registers.writes('plan', id, scope))
    .map((writes) => writes.filter(({ set }) => Object.keys(set).some(isAbout)))
    .map((writes) => (kind === 'added' ? writes[0] : writes.at(-1)))
    .find((write) => write !== undefined);
  return { at: last?.at ?? 0, by: last?.by ?? '', agent: last?.agent ?? '', event: last?.event ?? '' };
}
