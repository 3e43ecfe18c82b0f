import { v7 as uuidv7 } from 'uuid';
import { AppError } from '../schema/app-error.ts';
import { idFromUuid } from '../schema/ids.ts';
import type { BucketStore, Workspace } from '../schema/records.ts';
import type { RunJob } from '../store/job.ts';
import { joinBucket } from './bucket.ts';
import { pendingForgettings } from './forgetting/apply.ts';
import { createLateForgetting, openForgetting } from './forgetting/opening.ts';
import { goLive, type LiveParts, type LiveWorkspace, shut } from './live-workspace.ts';
import type { Registry } from './registry.ts';
import type { EmbedWorker } from './workers/embedder.ts';

export type { LiveWorkspace } from './live-workspace.ts';

/** Opens workspaces on demand and keeps them open. */
export interface Workspaces {
  registry: Registry;
  live(workspace: Workspace): Promise<LiveWorkspace>;
  /** The workspace that a call is about: named, or bound to `cwd`. */
  which(wanted: Wanted): Promise<Workspace>;
  /** The same, opened. */
  resolve(wanted: Wanted): Promise<LiveWorkspace>;
  /** Closes the workspace, if it is open, and opens it anew. */
  reopen(workspace: Workspace, options?: ReopenOptions): Promise<LiveWorkspace>;
  /** Does heavy work on a store in a child process. */
  runJob: RunJob;
  create(name: string, store?: BucketStore | null): Promise<Workspace>;
  /** Returns how many events it had. FAILED_PRECONDITION while some of a workspace in a bucket are on this machine only. */
  delete(workspace: Workspace): Promise<number>;
  /** Takes a workspace away that was just made and does not open, unless somebody has opened it meanwhile. */
  withdraw(workspace: Workspace): Promise<void>;
  openCount(): number;
  /** Opens the workspaces in which something that was ordered to be forgotten is still to go. */
  takeUpForgetting(): Promise<void>;
  /** Those that are open at the moment. */
  opened(): Promise<LiveWorkspace[]>;
  /** Whether vectors are being made for one of them. */
  isEmbedding(): boolean;
  /** Events that are acknowledged and not yet in LanceDB, over all open workspaces. */
  tailSize(): number;
  close(): Promise<void>;
}

export interface Wanted {
  workspace?: string | undefined;
  cwd?: string | undefined;
}

export interface ReopenOptions {
  /** Set aside what keeps the store from opening. */
  repair?: boolean;
  /** Go on without events that are nowhere to be found. */
  acceptLoss?: boolean;
  /** Done while nobody has the workspace open, if it was open before. */
  meanwhile?: (closed: LiveWorkspace) => Promise<void>;
}

export interface WorkspacesParts extends LiveParts {
  registry: Registry;
}

export function createWorkspaces(parts: WorkspacesParts): Workspaces {
  const { registry, log, now } = parts;
  const opened = new Map<string, Promise<LiveWorkspace>>();
  const deleting = new Set<string>();
  let closing: Promise<void> | null = null;
  const tails = new Map<string, () => number>();
  const workers = new Map<string, EmbedWorker>();

  const start = async (
    workspace: Workspace,
    options: Omit<ReopenOptions, 'meanwhile'> = {},
  ): Promise<LiveWorkspace> => {
    await registry.checkThere(workspace);
    const open = await openForgetting(workspace, registry.directoryOf(workspace), {
      log,
      runJob: parts.runJob,
      ...options,
    });
    try {
      const running = await goLive(open, { ...parts, onPolled: forgetLate });
      tails.set(workspace.id, open.store.tailSize);
      workers.set(workspace.id, running.embedding);
      return running;
    } catch (error) {
      await open.store.close();
      throw error;
    }
  };

  const forgetLate = createLateForgetting((workspace) => void reopen(workspace).catch(() => undefined));

  // Once closing has begun nothing is opened any more: two stores on one journal would write over each other.
  const live = async (workspace: Workspace): Promise<LiveWorkspace> => {
    const known = opened.get(workspace.id);
    checkOpenable(workspace);
    return known ?? keep(workspace, start(workspace));
  };

  const checkOpenable = (workspace: Workspace): void => {
    if (closing !== null) throw stopping();
    if (deleting.has(workspace.id)) throw deleted(workspace);
    registry.named(workspace.id);
  };

  const keep = (workspace: Workspace, running: Promise<LiveWorkspace>): Promise<LiveWorkspace> => {
    opened.set(workspace.id, running);
    running.catch(() => {
      if (opened.get(workspace.id) === running) opened.delete(workspace.id);
    });
    return running;
  };

  const reopen: Workspaces['reopen'] = async (workspace, { meanwhile, ...options } = {}) => {
    checkOpenable(workspace);
    const before = opened.get(workspace.id);
    const again = async (): Promise<LiveWorkspace> => {
      const running = await before?.catch(() => undefined);
      if (running !== undefined) {
        await end(running);
        await meanwhile?.(running);
      }
      return start(workspace, options);
    };
    return keep(workspace, again());
  };

  const which: Workspaces['which'] = async ({ workspace, cwd }) => {
    if (workspace !== undefined) return registry.named(workspace);
    const bound = cwd === undefined ? null : await registry.boundTo(cwd);
    if (bound === null) throw unbound(cwd);
    return bound;
  };

  const end = async (running: LiveWorkspace): Promise<void> => {
    workers.delete(running.open.workspace.id);
    await shut(running, log);
  };

  const closeAll = async (): Promise<void> => {
    await Promise.all(
      [...opened.values()].map(async (running) => {
        const workspace = await running.catch(() => null);
        if (workspace !== null) await end(workspace);
      }),
    );
    opened.clear();
  };

  return {
    registry,
    live,
    which,
    resolve: async (wanted) => live(await which(wanted)),
    reopen,
    runJob: parts.runJob,
    create: (name, store = null) =>
      registry.create(name, async () => {
        const fresh = { id: idFromUuid('workspace', uuidv7()), name, createdAt: now(), store };
        return store === null ? fresh : joinBucket(fresh, store);
      }),
    delete: async (workspace) => {
      const running = await live(workspace);
      const { store, directory } = running.open;
      const events = store.count();
      if (deleting.has(workspace.id)) throw deleted(workspace);
      deleting.add(workspace.id);
      try {
        await end(running);
        opened.delete(workspace.id);
        tails.delete(workspace.id);
        // Others may be counting on them, and they are nowhere else.
        if (store.isShared && store.tailSize() > 0) throw unsent(workspace, store.tailSize(), directory);
        await registry.delete(workspace);
      } finally {
        deleting.delete(workspace.id);
      }
      return events;
    },
    withdraw: async (workspace) => {
      for (
        let running = opened.get(workspace.id);
        running !== undefined;
        running = opened.get(workspace.id)
      ) {
        const isOpen = await running.then(
          () => true,
          () => false,
        );
        if (isOpen) return;
      }
      deleting.add(workspace.id);
      await registry.delete(workspace).finally(() => deleting.delete(workspace.id));
    },
    openCount: () => opened.size,
    takeUpForgetting: async () => {
      for (const workspace of registry.list()) {
        const place = { workspace, directory: registry.directoryOf(workspace) };
        if ((await pendingForgettings(place, { forgettings: new Map() })).length > 0) await live(workspace);
      }
    },
    opened: async () => {
      const all = await Promise.all([...opened.values()].map((one) => one.catch(() => null)));
      return all.filter((one) => one !== null);
    },
    isEmbedding: () => [...workers.values()].some((worker) => worker.isBusy()),
    tailSize: () => [...tails.values()].reduce((sum, size) => sum + size(), 0),
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}

const stopping = (): AppError =>
  new AppError('UNAVAILABLE', 'the daemon is stopping', { hint: 'try again: the next call starts another' });

const deleted = (workspace: Workspace): AppError =>
  new AppError('NOT_FOUND', `the workspace "${workspace.name}" is being deleted`, {
    hint: 'hivemind workspace list',
  });

const unsent = ({ name, store }: Workspace, events: number, directory: string): AppError =>
  new AppError(
    'FAILED_PRECONDITION',
    `${events === 1 ? '1 event' : `${events} events`} of "${name}" did not reach ${store?.uri} yet`,
    {
      hint: `hivemind status says why; to lose them: hivemind daemon stop, then rm -r ${directory}`,
    },
  );

const unbound = (cwd: string | undefined): AppError =>
  new AppError('FAILED_PRECONDITION', `${cwd ?? 'this call'} belongs to no workspace`, {
    hint: 'hivemind workspace create NAME binds this checkout; --workspace NAME uses another one',
  });
