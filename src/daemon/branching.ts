import { createHmac } from 'node:crypto';
import { basename } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import type { BranchRecord } from '../core/records/branch.ts';
import { shellWord } from '../core/shell-word.ts';
import { AppError } from '../schema/app-error.ts';
import type { Actor } from '../schema/event.ts';
import { idFromUuid, idHex, ownBranchId, sessionId } from '../schema/ids.ts';
import { BranchName } from '../schema/operations/fields.ts';
import type { Standpoint } from '../schema/view.ts';
import { findLine, lineOf, mainLine, namedLine, standpointOf } from './lines.ts';
import { holdName } from './name-hold.ts';
import type { OpenWorkspace } from './open-workspace.ts';
import { locate, type Place } from './repository.ts';
import type { LiveWorkspace } from './workspaces.ts';

/** What a call says about the branch that it is for. */
export interface BranchWanted {
  /** Name or id. */
  branch?: string | undefined;
  cwd?: string | undefined;
  /** Session that the call comes from. */
  caller?: string | undefined;
}

/** A branch that somebody gets by himself, whether it is there already or not. */
interface Own {
  id: string;
  name: string;
  origin: string;
  agent: string | null;
}

/** The branch that a read is for. One that would be made by the first write is read where it would be forked. */
export async function branchToRead(live: LiveWorkspace, wanted: BranchWanted): Promise<BranchRecord> {
  const { open } = live;
  if (wanted.branch !== undefined) return namedLine(open, wanted.branch);
  const chosen = await chosenBranch(live, wanted);
  if (chosen === null) return mainLine(open);
  if ('order' in chosen) return present(chosen);
  const line = open.branches.get(chosen.id);
  return line === undefined ? mainLine(open) : present(line);
}

/** The branch that a write of a person or an agent is for; NOT_FOUND when the one that is named is not there. */
export async function branchToWrite(
  live: LiveWorkspace,
  wanted: BranchWanted,
  agent: string | null = null,
): Promise<BranchRecord> {
  if (wanted.branch !== undefined) return namedLine(live.open, wanted.branch);
  const chosen = await chosenBranch(live, wanted, agent);
  if (chosen === null) return mainLine(live.open);
  return present('order' in chosen ? chosen : await ensureOwn(live, chosen));
}

/**
 * The branch that what was captured belongs on. It is never refused: a branch that is named and not there is made, and
 * what comes for one that was deleted stays on it. `isPast`: what happened before is being brought in.
 */
export async function branchToCapture(
  live: LiveWorkspace,
  wanted: BranchWanted,
  { agent, isPast = false }: { agent: string; isPast?: boolean },
): Promise<BranchRecord> {
  const { open } = live;
  if (wanted.branch !== undefined) {
    const name = usableName(wanted.branch);
    const known = (): BranchRecord | undefined =>
      findLine(open, name) ?? findLine(open, name, { isDeleted: true });
    // Many hooks of one run come at once, and all of them belong on one branch.
    return known() ?? holdName(open, name, async () => known() ?? createLine(live, { name, agent }));
  }
  const chosen = await chosenBranch(live, wanted, agent);
  if (chosen === null) return mainLine(open);
  if ('order' in chosen) return chosen;
  // Sessions that are over are not given branches now.
  return isPast ? (open.branches.get(chosen.id) ?? mainLine(open)) : ensureOwn(live, chosen);
}

/** A name that may be given, for one that may not: what was captured has to go somewhere. */
function usableName(wanted: string): string {
  const given = BranchName.safeParse(wanted);
  if (given.success) return given.data;
  const visible = wanted
    .normalize('NFC')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .trim()
    .slice(0, 190)
    .trim();
  return BranchName.safeParse(visible).data ?? `named ${visible}`.trim();
}

function present(line: BranchRecord): BranchRecord {
  if (line.deletedAt === null) return line;
  throw new AppError('FAILED_PRECONDITION', `the branch "${line.name}" that you are on was deleted`, {
    hint: `hivemind branch restore ${shellWord(line.name)}, or hivemind branch switch main`,
  });
}

/** What the worktree was switched to, else what the workspace's branching gives; null: main. */
async function chosenBranch(
  { open, secret }: LiveWorkspace,
  { cwd, caller }: BranchWanted,
  agent: string | null = null,
): Promise<BranchRecord | Own | null> {
  const { branching, worktrees } = open.settings.current;
  const needsPlace = branching === 'worktree' || Object.keys(worktrees).length > 0;
  const place = needsPlace && cwd !== undefined ? await locate(cwd) : null;
  const switched = place === null ? undefined : worktrees[place.root];
  if (switched !== undefined) return lineOf(open, switched);
  if (branching === 'worktree' && place !== null && isLinked(place))
    return ownOfWorktree(open, place, secret, agent);
  if (branching === 'session' && caller !== undefined) return ownOfSession(open, caller, agent);
  return null;
}

/** A worktree beside the repository's first checkout, which stays on main. */
const isLinked = ({ git, directory, root }: Place): boolean => git && !directory.startsWith(`${root}/`);

const ownOfWorktree = (
  { workspace }: OpenWorkspace,
  { root }: Place,
  secret: Buffer,
  agent: string | null,
): Own => {
  // Two machines may have worktrees at the same path.
  const machine = createHmac('sha256', secret).update(root).digest('hex');
  const id = ownBranchId(workspace.id, machine);
  return { id, name: `worktree/${basename(root)}`, origin: root, agent };
};

/** Subagents share the branch of the session that began it all. */
function ownOfSession(open: OpenWorkspace, caller: string, agent: string | null): Own {
  const root = rootOf(open, caller);
  const by = agent ?? open.owners.get(root)?.agent ?? 'session';
  return {
    id: ownBranchId(open.workspace.id, root),
    name: `${by}/${idHex(root).slice(0, 8)}`,
    origin: root,
    agent: by,
  };
}

function rootOf({ owners }: OpenWorkspace, session: string): string {
  let root = session;
  // What parents say comes from outside: a ring of them ends where it began.
  for (const seen = new Set([session]); ; seen.add(root)) {
    const parent = owners.get(root)?.parent ?? null;
    if (parent === null || seen.has(parent)) return root;
    root = parent;
  }
}

async function ensureOwn(live: LiveWorkspace, own: Own): Promise<BranchRecord> {
  const { open } = live;
  const known = open.branches.get(own.id);
  if (known !== undefined) return known;
  const isTaken = findLine(open, own.name) !== undefined;
  const name = isTaken ? `${own.name}-${idHex(own.id).slice(0, 6)}` : own.name;
  return createLine(live, { ...own, name });
}

interface NewLine {
  name: string;
  id?: string;
  /** Where it is forked; main, as it is now, when nothing is said. */
  parent?: Standpoint;
  agent?: string | null;
  origin?: string;
  actor?: Actor;
}

/** Makes a branch: one event. The same `id` twice is one branch. */
export async function createLine(live: LiveWorkspace, line: NewLine): Promise<BranchRecord> {
  const { open, appender } = live;
  const { id = idFromUuid('branch', uuidv7()), name, agent, origin } = line;
  const parent = line.parent ?? standpointOf(open, mainLine(open).id);
  await appender.append(
    [
      lineEvent(open, 'branch.created', {
        text: name,
        identity: { nativeId: id, phase: 'created' },
        actor: line.actor ?? { kind: 'daemon', name: 'hivemind' },
        body: {
          branch: id,
          name,
          parent,
          ...(agent == null ? {} : { agent }),
          ...(origin === undefined ? {} : { origin }),
        },
      }),
    ],
    { branch: id },
  );
  return lineOf(open, id);
}

/** The daemon's own words about a branch. */
export const lineEvent = (
  { workspace }: OpenWorkspace,
  type: string,
  {
    text,
    actor,
    body,
    identity = { nativeId: uuidv7(), phase: type },
  }: {
    text: string;
    actor: Actor;
    body: Record<string, unknown>;
    identity?: { nativeId: string; phase: string };
  },
) => ({
  type,
  v: 1,
  agent: 'hivemind',
  session: sessionId('hivemind', workspace.id),
  identity,
  actor,
  status: 'ok' as const,
  paths: [],
  text,
  body,
});
