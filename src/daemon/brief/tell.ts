import { type Brief, prepareBrief } from '../../core/brief.ts';
import { createHolding } from '../basis.ts';
import { type BranchWanted, branchToRead } from '../branching.ts';
import { lineOf, scopeOf } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { Recent } from '../recent.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import { gather, type Reader } from './gather.ts';

/** A brief with the branch that it is for, and the handoffs of which it tells everything. */
export interface Told extends Brief {
  branch: { id: string; name: string };
  handoffs: string[];
}

interface Kept {
  moved: number;
  minute: number;
  told: Promise<Told>;
}

const mostKept = 200;
const briefs = new WeakMap<OpenWorkspace, Recent<string, Kept>>();

/**
 * What `reader` is told. The answer is kept for as long as nothing that may be in it was appended, and for the minute to
 * which it is exact. `root`: checkout in which it is looked whether what is told still holds; null: nowhere.
 */
export async function briefFor(
  live: LiveWorkspace,
  reader: Reader & { root: string | null; now: number } & BranchWanted,
): Promise<Told> {
  const { open } = live;
  const { session, agent, moment, root, now, ...wanted } = reader;
  const line = await branchToRead(live, wanted);
  const kept = briefs.get(open) ?? new Recent<string, Kept>(mostKept);
  briefs.set(open, kept);
  const budget = open.settings.current['brief-tokens'];
  const key = JSON.stringify([line.id, session, agent, moment, root, budget]);
  const minute = Math.floor(now / 60_000);
  const before = kept.get(key);
  if (before !== undefined && before.moved === open.moved && before.minute === minute) return before.told;
  const told = tell(open, line.id, reader);
  kept.set(key, { moved: open.moved, minute, told });
  return told;
}

async function tell(
  open: OpenWorkspace,
  branch: string,
  { root, now, ...reader }: Reader & { root: string | null; now: number },
): Promise<Told> {
  const scope = scopeOf(open, branch);
  const line = lineOf(open, branch);
  const { input, taken } = await gather(open, { line, scope }, reader, now);
  const prepared = prepareBrief(input);
  const holding = createHolding(root, { isQuick: true });
  const bases = root === null ? [] : [...prepared.bases];
  const holds = await Promise.all(bases.map(async ([id, basis]) => [id, await holding(basis)] as const));
  const brief = prepared.tell(new Map(holds));
  return { ...brief, branch: { id: line.id, name: line.name }, handoffs: taken };
}
