import { hlcMs } from '../../core/hlc.ts';
import { scopeAt } from '../../core/lineage.ts';
import { parseMoment } from '../../core/moment.ts';
import type { BranchRecord } from '../../core/records/branch.ts';
import type { Scope } from '../../core/scope.ts';
import { AppError } from '../../schema/app-error.ts';
import type { Position } from '../../schema/event.ts';
import type { Cut, Standpoint } from '../../schema/view.ts';
import { eventNamed, standpointAt } from '../as-of.ts';
import { lineOf, scopeOf, spansOf, standpointOf } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

/** A view that was taken once: the same for ever, whatever is written later. */
export interface TakenView {
  standpoint: Standpoint;
  scope: Scope;
  /** Its last event, and when that was recorded; null: there is none. */
  last: { event: string; at: number } | null;
}

/** What is seen from a branch now, and nothing that is still to come. */
export async function viewNow(open: OpenWorkspace, line: BranchRecord): Promise<TakenView> {
  const standpoint = standpointOf(open, line.id);
  const head = open.heads.get(line.id);
  const last = head === undefined ? null : { event: head.id, at: hlcMs(head.hlc) };
  return { standpoint, scope: scopeAt(open.branches, standpoint), last };
}

/** What was seen from a branch when an event was recorded, or at a moment as people type it. */
export async function viewThen(
  open: OpenWorkspace,
  line: BranchRecord,
  given: string,
  nowMs: number,
): Promise<TakenView> {
  const moment = parseMoment(given, nowMs);
  if (moment !== null) return viewAt(open, line, moment);
  if (!/^(evt_)?[0-9a-f]{6,32}$/.test(given))
    throw new AppError('INVALID_ARGUMENT', `since: "${given}" is no time and no event`, {
      hint: 'such as --since 7d, --since 2026-05-01 or --since evt_…',
    });
  const event = await eventNamed(open, spansOf(open, scopeOf(open, line.id)), given);
  const standpoint = await standpointAt(open, event, line.id);
  const last = { event: event.id, at: hlcMs(event.hlc) };
  return { standpoint, scope: scopeAt(open.branches, standpoint), last };
}

/** How each writer's events on the branch ended at a moment; before its birth, those of the branch that it comes from. */
async function viewAt(open: OpenWorkspace, line: BranchRecord, atMs: number): Promise<TakenView> {
  const seen = new Set<string>();
  let at: { branch: string; upTo: Cut | null } = { branch: line.id, upTo: null };
  for (;;) {
    seen.add(at.branch);
    const cut: Cut = {};
    let last: Position | null = null;
    for (const writer of open.reach.get(at.branch)?.keys() ?? []) {
      const reach = Math.min(
        open.store.seenUpTo(writer),
        at.upTo?.[writer] ?? (at.upTo === null ? Number.MAX_SAFE_INTEGER : 0),
      );
      const found = reach === 0 ? null : await lastBefore(open, { ...at, writer, upTo: reach }, atMs);
      if (found === null) continue;
      cut[writer] = found.seq;
      if (last === null || last.hlc < found.hlc) last = found;
    }
    const parent = lineOf(open, at.branch).parent;
    if (last !== null || parent === null || seen.has(parent.branch)) {
      const standpoint = { branch: at.branch, cut };
      const shown = last === null ? null : { event: last.id, at: hlcMs(last.hlc) };
      return { standpoint, scope: scopeAt(open.branches, standpoint), last: shown };
    }
    at = { branch: parent.branch, upTo: parent.cut };
  }
}

/** Windows in which the last event before a moment is looked for: the nearest first, so that few are read. */
const windowsMs = [60_000, 3_600_000, 86_400_000, 30 * 86_400_000, Number.POSITIVE_INFINITY];

async function lastBefore(
  open: OpenWorkspace,
  { branch, writer, upTo }: { branch: string; writer: string; upTo: number },
  atMs: number,
): Promise<Position | null> {
  const spans = [{ branch, writer, upTo }];
  const until = hlcOf(atMs, 'ffff');
  for (const windowMs of windowsMs) {
    const from = hlcOf(atMs - windowMs, '0000');
    const found = (await open.store.positions({ spans, hlcs: [from, until] })).at(-1);
    if (found !== undefined) return found;
  }
  return null;
}

/** A reading of the clock at a moment: the first that it can have, or the last. */
const hlcOf = (ms: number, counter: string): string =>
  Math.max(0, Number.isFinite(ms) ? Math.floor(ms) : 0)
    .toString(16)
    .padStart(12, '0') + counter;
