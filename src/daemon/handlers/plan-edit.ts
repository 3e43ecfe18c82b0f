import { v7 as uuidv7 } from 'uuid';
import { changesOfForm, type FormOutcome } from '../../core/plan/form-changes.ts';
import { type Form, parseForm } from '../../core/plan/form-parse.ts';
import { formText, headOfForm, tokensOf } from '../../core/plan/form-text.ts';
import type { PlanWrite } from '../../core/plan/plan-set.ts';
import type { BranchRecord } from '../../core/records/branch.ts';
import { AppError } from '../../schema/app-error.ts';
import { idFromUuid } from '../../schema/ids.ts';
import type { OutputOf, ParsedOf } from '../../schema/operation.ts';
import type { PlanItem } from '../../schema/records.ts';
import { branchToRead, branchToWrite } from '../branching.ts';
import { scopeFrom, scopeOf, standpointOf } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { checkRings, memberId } from '../plan/changes.ts';
import { itemNamed, itemsIn } from '../plan/items.ts';
import { linkNamed } from '../plan/links.ts';
import { authorIn, writePlan } from '../plan/writing.ts';
import type { Handler } from './handler.ts';

type Output = OutputOf<'plan.edit'>;

export const editPlan: Handler<'plan.edit'> = async (input, context, { workspaces }) => {
  const live = await workspaces.resolve(input);
  const { open } = live;
  const line = await (input.text === undefined ? branchToRead(live, input) : branchToWrite(live, input));
  const shown = (): readonly PlanItem[] => itemsIn(open, scopeOf(open, line.id));
  const answer = (more: Partial<Output>): Output => answerOf(open, line, { input, shown: shown(), more });
  if (input.text === undefined) return answer({});
  const form = parseForm(input.text);
  const base = baseOf(open, line, form);
  const links = await linksOf(open, line, { form, base: base ?? [], current: shown() });
  let changes: Output['changes'] = [];
  const make = (current: readonly PlanItem[]): PlanWrite[] => {
    const ids = { newId: () => idFromUuid('item', uuidv7()), newMember: memberId };
    const outcome = changesOfForm({ form, base, current, links, ...ids });
    refuse(outcome);
    changes = outcome.writes.flatMap((write) => shownChanges(current, write, input['dry-run']));
    return outcome.writes;
  };
  const events = input['dry-run']
    ? dryRun(shown(), make)
    : await writePlan(live, line, authorIn(live, context, input.caller), make);
  const notes =
    form.base === null && form.passedBy > 0 ? [`${form.passedBy} lines are no items: left out`] : [];
  return answer({ changes, events, notes });
};

function dryRun(current: readonly PlanItem[], make: (current: readonly PlanItem[]) => PlanWrite[]): string[] {
  checkRings(current, make(current));
  return [];
}

function answerOf(
  open: OpenWorkspace,
  line: BranchRecord,
  { input, shown, more }: { input: ParsedOf<'plan.edit'>; shown: readonly PlanItem[]; more: Partial<Output> },
): Output {
  const only = input.item === undefined ? null : itemNamed(shown, input.item);
  const token = only === null ? null : (tokensOf(shown).get(only.id) ?? only.id);
  const head = headOfForm(standpointOf(open, line.id), token, line.name);
  const states = { todo: 0, doing: 0, blocked: 0, done: 0, dropped: 0 };
  for (const { state } of shown) states[state] += 1;
  return {
    workspace: open.workspace.name,
    branch: line.name,
    text: formText(only === null ? shown : [only], shown, head),
    isDryRun: input['dry-run'],
    changes: [],
    events: [],
    notes: [],
    states,
    ...more,
  };
}

/** The plan that a text says it was made from; only what is seen from this branch counts. */
function baseOf(open: OpenWorkspace, line: BranchRecord, { base }: Form): readonly PlanItem[] | null {
  if (base === null) return null;
  if (base.branch !== line.id)
    throw new AppError('FAILED_PRECONDITION', 'this text was made from the plan of another branch', {
      hint: 'name that with --branch, or take the first line away: then nothing is taken off the plan',
    });
  return itemsIn(open, scopeFrom(open, base).meet(scopeOf(open, line.id)));
}

/** Links that are new are looked up before: that is not done in the write path. */
async function linksOf(
  open: OpenWorkspace,
  line: BranchRecord,
  { form, base, current }: { form: Form; base: readonly PlanItem[]; current: readonly PlanItem[] },
): Promise<Map<string, string>> {
  const known = new Set([...base, ...current].flatMap(({ links }) => links));
  const links = new Map<string, string>();
  for (const { line: number, links: given } of form.items)
    for (const link of given) {
      if (links.has(link)) continue;
      const kept = known.has(link) ? link : await lookUp(open, line, link, number);
      links.set(link, kept);
    }
  return links;
}

async function lookUp(
  open: OpenWorkspace,
  line: BranchRecord,
  link: string,
  number: number,
): Promise<string> {
  try {
    return await linkNamed(open, scopeOf(open, line.id), link);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message, hint } = error;
    throw new AppError(code, `line ${number}: ${message}`, hint === undefined ? {} : { hint });
  }
}

const mostTold = 10;

function refuse({ faults, conflicts }: FormOutcome): void {
  if (faults.length > 0)
    throw new AppError('INVALID_ARGUMENT', told(faults), {
      hint: 'hivemind plan edit --json shows the form',
      details: { faults },
    });
  if (conflicts.length > 0)
    throw new AppError('CONFLICT', `the plan has changed since this text was made: ${told(conflicts)}`, {
      hint: 'hivemind plan edit begins with the plan as it is; nothing was written',
      details: { conflicts },
    });
}

const told = (all: readonly string[]): string =>
  all.length <= mostTold
    ? all.join('; ')
    : `${all.slice(0, mostTold).join('; ')}; and ${all.length - mostTold} more`;

const noun: Readonly<Record<string, string>> = { removed: 'item' };

/** What a write changes, as it is shown. */
function shownChanges(
  items: readonly PlanItem[],
  { type, key, set }: PlanWrite,
  isDry: boolean,
): Output['changes'] {
  const item = items.find(({ id }) => id === key);
  const title = item?.title ?? String(set.title ?? '');
  const isNew = type === 'plan.added';
  const about = { id: isNew && isDry ? null : key, title };
  const fields = isNew ? Object.entries(set).filter(([field]) => field !== 'title') : Object.entries(set);
  const begun = isNew ? [{ ...about, field: 'item', before: null, after: title }] : [];
  return [
    ...begun,
    ...fields.map(([field, after]) => ({
      ...about,
      field: noun[field] ?? field,
      before: field === 'removed' ? title : beforeOf(item, field),
      after: field === 'removed' ? null : after,
    })),
  ];
}

function beforeOf(item: PlanItem | undefined, field: string): unknown {
  if (item === undefined) return null;
  const [set, member = ''] = field.split(/\/(.*)/s);
  if (set === 'dependsOn') return item.dependsOn.includes(member) || null;
  if (set === 'link') return item.links.includes(member) || null;
  if (set === 'blocker') return item.blockers.find(({ id }) => id === member)?.text ?? null;
  if (set === 'question') return item.questions.find(({ id }) => id === member) ?? null;
  return (item as unknown as Record<string, unknown>)[field] ?? null;
}
