import { AppError } from '../../schema/app-error.ts';
import type { Verification } from '../../schema/operations/store.ts';
import type { Workspace } from '../../schema/records.ts';
import { setSegmentsAside } from '../../store/journal/set-aside.ts';
import { pendingForgettings } from '../forgetting/apply.ts';
import type { LiveWorkspace, Workspaces } from '../workspaces.ts';
import type { Handler } from './handler.ts';
import { watched } from './watch.ts';

export const verifyStore: Handler<'store.verify'> = async (input, context, { workspaces, now }) => {
  const startedAt = now();
  return watched(context, async (watch) => {
    const { open } = await workspaces.resolve(input);
    const verification = await open.store.verify(watch);
    return { workspace: open.workspace.name, ...verification, durationMs: now() - startedAt };
  });
};

export const repairStore: Handler<'store.repair'> = async (input, context, { workspaces, now }) => {
  const startedAt = now();
  const acceptLoss = input['accept-loss'];
  const workspace = await workspaces.which(input);
  return watched(context, async (watch) => {
    const { live, given } = await openForRepair(workspaces, workspace, acceptLoss);
    const { store } = live.open;
    const before = await store.verify(watch);
    const { mended, refused } = await store.mendTables(before.damaged, acceptLoss);
    const { after: spared, setAside } = await spareJournal(workspaces, live, before);
    const after = await forgetRest(workspaces, spared);
    const verification = before.ok ? before : await after.open.store.verify(watch);
    return {
      workspace: workspace.name,
      ok: verification.ok,
      opening: store.repairs,
      mended,
      setAside,
      refused,
      lost: mended.reduce((sum, { lost }) => sum + lost, given),
      verification,
      durationMs: now() - startedAt,
    };
  });
};

/** Opens what damage keeps from opening; `given`: events that were given up for that. */
async function openForRepair(
  workspaces: Workspaces,
  workspace: Workspace,
  acceptLoss: boolean,
): Promise<{ live: LiveWorkspace; given: number }> {
  try {
    return { live: await workspaces.live(workspace), given: 0 };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'DATA_LOSS') throw error;
    const live = await workspaces.reopen(workspace, { repair: true, acceptLoss });
    const { lost, mended } = live.open.store.repairs;
    return { live, given: mended.reduce((sum, one) => sum + one.lost, lost) };
  }
}

/** Damage may have kept from going what was ordered to be forgotten: that is done when the workspace is opened again. */
async function forgetRest(workspaces: Workspaces, live: LiveWorkspace): Promise<LiveWorkspace> {
  const pending = await pendingForgettings(live.open, live.open);
  return pending.length === 0 ? live : workspaces.reopen(live.open.workspace);
}

/** Sets damaged segments aside whose events are all in tables; that takes a journal that nobody writes. */
async function spareJournal(
  workspaces: Workspaces,
  live: LiveWorkspace,
  { journal }: Verification,
): Promise<{ after: LiveWorkspace; setAside: string[] }> {
  const setAside: string[] = [];
  const paths = [...new Set(journal.damaged.map(({ path }) => path))];
  if (paths.length === 0) return { after: live, setAside };
  const meanwhile = async ({ open }: LiveWorkspace): Promise<void> => {
    setAside.push(...(await setSegmentsAside(await open.store.spareSegments(paths))));
  };
  return { after: await workspaces.reopen(live.open.workspace, { meanwhile }), setAside };
}

export const showStoreStats: Handler<'store.stats'> = async (input, _context, { workspaces }) => {
  const { open, flusher, poller } = await workspaces.resolve(input);
  const stats = await open.store.stats();
  const trouble = flusher.trouble() ?? poller.trouble();
  return { workspace: open.workspace.name, ...stats, upkeep: { ...stats.upkeep, trouble } };
};
