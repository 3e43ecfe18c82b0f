import { v7 as uuidv7 } from 'uuid';
import { AppError } from '../schema/app-error.ts';
import { Draft, type Event } from '../schema/event.ts';
import { mainBranchId, sessionId } from '../schema/ids.ts';
import type { Workspace } from '../schema/records.ts';
import { type Appender, createAppender } from './append.ts';
import type { Log } from './log.ts';
import { type OpenWorkspace, openWorkspace } from './open-workspace.ts';
import type { Registry } from './registry.ts';
import { createFlusher, type Flusher } from './workers/flusher.ts';

/** A workspace that is open in this daemon, with its write path. */
export interface LiveWorkspace {
  open: OpenWorkspace;
  appender: Appender;
  flusher: Flusher;
}

/** Opens workspaces on demand and keeps them open. */
export interface Workspaces {
  registry: Registry;
  live(workspace: Workspace): Promise<LiveWorkspace>;
  /** The workspace that a call is about: named, or bound to `cwd`. */
  resolve(wanted: { workspace?: string | undefined; cwd?: string | undefined }): Promise<LiveWorkspace>;
  create(name: string): Promise<Workspace>;
  delete(workspace: Workspace): Promise<number>;
  openCount(): number;
  /** Events that are acknowledged and not yet in LanceDB, over all open workspaces. */
  tailSize(): number;
  close(): Promise<void>;
}

export interface WorkspacesParts {
  registry: Registry;
  secret: Buffer;
  now: () => number;
  log: Log;
  publish: (events: readonly Event[]) => void;
  /** Runs LanceDB upkeep on a store directory in a child process. */
  runUpkeep: (directory: string, signal: AbortSignal) => Promise<void>;
}

export function createWorkspaces(parts: WorkspacesParts): Workspaces {
  const { registry, log, now } = parts;
  const opened = new Map<string, Promise<LiveWorkspace>>();
  const deleting = new Set<string>();
  let closing: Promise<void> | null = null;
  const tails = new Map<string, () => number>();

  const start = async (workspace: Workspace): Promise<LiveWorkspace> => {
    const open = await openWorkspace(workspace, registry.directoryOf(workspace), log);
    try {
      return await begin(open);
    } catch (error) {
      await open.store.close();
      throw error;
    }
  };

  const begin = async (open: OpenWorkspace): Promise<LiveWorkspace> => {
    const { workspace } = open;
    const flusher = createFlusher({ open, log, runUpkeep: parts.runUpkeep });
    const publish = (events: readonly Event[]): void => {
      flusher.wake();
      parts.publish(events);
    };
    const appender = createAppender({ open, secret: parts.secret, now, publish });
    if (!open.branches.has(mainBranchId(workspace.id))) await appendMain(appender, workspace);
    flusher.wake();
    tails.set(workspace.id, open.store.tailSize);
    return { open, appender, flusher };
  };

  // Once closing has begun nothing is opened any more: two stores on one journal would write over each other.
  const live = async (workspace: Workspace): Promise<LiveWorkspace> => {
    const known = opened.get(workspace.id);
    if (closing !== null) throw stopping();
    if (deleting.has(workspace.id)) throw deleted(workspace);
    registry.named(workspace.id);
    if (known !== undefined) return known;
    const running = start(workspace);
    opened.set(workspace.id, running);
    running.catch(() => opened.delete(workspace.id));
    return running;
  };

  const shut = async ({ open, appender, flusher }: LiveWorkspace): Promise<void> => {
    try {
      await appender.close();
      await flusher.close();
    } catch (error) {
      log.error('closing a workspace: the journal keeps its tail', error, { workspace: open.workspace.id });
    } finally {
      await open.store.close();
    }
  };

  const closeAll = async (): Promise<void> => {
    await Promise.all(
      [...opened.values()].map(async (running) => {
        const workspace = await running.catch(() => null);
        if (workspace !== null) await shut(workspace);
      }),
    );
    opened.clear();
  };

  return {
    registry,
    live,
    resolve: async ({ workspace, cwd }) => {
      if (workspace !== undefined) return live(registry.named(workspace));
      const bound = cwd === undefined ? null : await registry.boundTo(cwd);
      if (bound === null) throw unbound(cwd);
      return live(bound);
    },
    create: (name) => registry.create(name, uuidv7(), now()),
    delete: async (workspace) => {
      const running = await live(workspace);
      const events = await running.open.store.count();
      if (deleting.has(workspace.id)) throw deleted(workspace);
      deleting.add(workspace.id);
      await shut(running);
      opened.delete(workspace.id);
      tails.delete(workspace.id);
      await registry.delete(workspace).finally(() => deleting.delete(workspace.id));
      return events;
    },
    openCount: () => opened.size,
    tailSize: () => [...tails.values()].reduce((sum, size) => sum + size(), 0),
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}

/** The daemon's own words in a workspace: born with its main branch. */
async function appendMain(appender: Appender, workspace: Workspace): Promise<void> {
  const branch = mainBranchId(workspace.id);
  const birth = Draft.parse({
    type: 'branch.created',
    agent: 'hivemind',
    session: sessionId('hivemind', workspace.id),
    identity: { nativeId: branch, phase: 'created' },
    actor: { kind: 'daemon', name: 'hivemind' },
    at: workspace.createdAt,
    text: 'main',
    body: { branch, name: 'main', from: {} },
  });
  await appender.append([birth], { branch });
}

const stopping = (): AppError =>
  new AppError('UNAVAILABLE', 'the daemon is stopping', { hint: 'try again: the next call starts another' });

const deleted = (workspace: Workspace): AppError =>
  new AppError('NOT_FOUND', `the workspace "${workspace.name}" is being deleted`, {
    hint: 'hivemind workspace list',
  });

const unbound = (cwd: string | undefined): AppError =>
  new AppError('FAILED_PRECONDITION', `${cwd ?? 'this call'} belongs to no workspace`, {
    hint: 'hivemind workspace create NAME binds this checkout; --workspace NAME uses another one',
  });
