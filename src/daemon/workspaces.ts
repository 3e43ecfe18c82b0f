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
  runUpkeep: (directory: string) => Promise<void>;
}

export function createWorkspaces(parts: WorkspacesParts): Workspaces {
  const { registry, log, now } = parts;
  const opened = new Map<string, Promise<LiveWorkspace>>();
  const tails = new Map<string, () => number>();

  const start = async (workspace: Workspace): Promise<LiveWorkspace> => {
    const open = await openWorkspace(workspace, registry.directoryOf(workspace), log);
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

  const live = (workspace: Workspace): Promise<LiveWorkspace> => {
    const running = opened.get(workspace.id) ?? start(workspace);
    opened.set(workspace.id, running);
    running.catch(() => opened.delete(workspace.id));
    return running;
  };

  const shut = async (running: Promise<LiveWorkspace>): Promise<void> => {
    const { open, appender, flusher } = await running;
    await appender.idle();
    await flusher.close();
    await open.store.close();
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
      const running = live(workspace);
      const events = await (await running).open.store.count();
      await shut(running);
      opened.delete(workspace.id);
      tails.delete(workspace.id);
      await registry.delete(workspace);
      return events;
    },
    openCount: () => opened.size,
    tailSize: () => [...tails.values()].reduce((sum, size) => sum + size(), 0),
    close: async () => {
      for (const running of opened.values())
        await shut(running).catch((error) => log.error('closing a workspace failed', error));
      opened.clear();
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

const unbound = (cwd: string | undefined): AppError =>
  new AppError('FAILED_PRECONDITION', `${cwd ?? 'this call'} belongs to no workspace`, {
    hint: 'hivemind workspace create NAME binds this checkout; --workspace NAME uses another one',
  });
