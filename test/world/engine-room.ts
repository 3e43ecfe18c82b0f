import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCapture } from '../../src/daemon/capture.ts';
import { openEmbedderHost } from '../../src/daemon/embedder-host.ts';
import { createCall } from '../../src/daemon/engine.ts';
import { openLive } from '../../src/daemon/live-query.ts';
import type { Log } from '../../src/daemon/log.ts';
import { openNotifier } from '../../src/daemon/notify/notifier.ts';
import { openPauses } from '../../src/daemon/pauses.ts';
import { openRegistry } from '../../src/daemon/registry.ts';
import { openCheckpoints } from '../../src/daemon/transcripts/checkpoints.ts';
import { openConnected } from '../../src/daemon/transcripts/connected.ts';
import { createTail, type Tail } from '../../src/daemon/transcripts/tail.ts';
import { createWorkspaces, type Workspaces } from '../../src/daemon/workspaces.ts';
import { Draft, type Event } from '../../src/schema/event.ts';
import { sessionId } from '../../src/schema/ids.ts';
import type { Call } from '../../src/schema/operation.ts';
import { doJob, type RunJob } from '../../src/store/job.ts';
import { createWebDoor } from '../../src/web/door.ts';
import { packageRoot } from './home.ts';

/** The daemon's workspaces on a directory of their own, without socket and process. */
export interface EngineRoom {
  directory: string;
  workspaces: Workspaces;
  /** What every door calls. */
  call: Call;
  log: Log;
  /** Messages of the errors that were logged. */
  errors: string[];
  remove(): Promise<void>;
}

/** `publish` is told of every group of events that was stored; `now` is the daemon's clock. */
export async function openEngineRoom(
  runJob: RunJob = doJob,
  publish: (events: readonly Event[]) => void = () => undefined,
  now: () => number = Date.now,
): Promise<EngineRoom> {
  const directory = mkdtempSync(join(tmpdir(), 'hm-room-'));
  const errors: string[] = [];
  const log: Log = { info: () => undefined, error: (message) => errors.push(message) };
  const embedder = await openEmbedderHost({ home: directory, log, env: process.env });
  const notifier = await openNotifier({ home: directory, log, now });
  const workspaces = createWorkspaces({
    embedder,
    registry: await openRegistry(join(directory, 'data')),
    secret: Buffer.alloc(32, 7),
    now,
    log,
    publish,
    onOpen: notifier.attach,
    runJob,
  });
  const checkpoints = await openCheckpoints(directory);
  const connected = await openConnected(directory, () => undefined);
  const pauses = await openPauses({ home: directory, now, log });
  const capture = createCapture({
    workspaces,
    pauses,
    now,
    log,
    readOn: (...about) => tail.readOn(...about),
    brief: async () => ({ text: '', handoffs: [] }),
  });
  const tail: Tail = createTail({ workspaces, capture, connected, checkpoints, log, now });
  const call: Call = createCall({
    workspaces,
    embedder,
    capture,
    connected,
    checkpoints,
    tail,
    pauses,
    notifier,
    now,
    log,
    daemon: {
      version: '0.0.0',
      home: directory,
      socket: join(directory, 'socket'),
      startedAt: now(),
      idleExitMs: 1,
      connections: () => 0,
      spooled: async () => 0,
      drain: async () => 0,
      spoolDropped: async () => null,
      stop: async () => undefined,
    },
    entry: { hookPath: '', command: '', args: [], env: {} },
    web: { open: (entrance) => web.open(entrance), status: () => web.status(), stop: () => web.stop() },
  });
  const web = createWebDoor({
    call,
    openLive: (query, signal) => openLive(workspaces, query, signal),
    version: '0.0.0',
    folder: join(packageRoot, 'dist', 'web-page'),
    now,
    onUse: () => undefined,
    log: log.info,
  });
  const remove = async (): Promise<void> => {
    await web.stop();
    await tail.close();
    await notifier.close();
    await workspaces.close();
    await embedder.close();
    rmSync(directory, { recursive: true, force: true });
  };
  return { directory, workspaces, call, log, errors, remove };
}

/** Drafts that differ by their number. */
export const numbered = (from: number, count: number, given: object = {}): Draft[] =>
  Array.from({ length: count }, (_, index) =>
    Draft.parse({
      type: 'turn.replied',
      agent: 'claude-code',
      session: sessionId('claude-code', 'numbered'),
      identity: { nativeId: `n-${from + index}`, phase: 'done' },
      actor: { kind: 'agent', name: 'claude-code' },
      text: `answer ${from + index}`,
      ...given,
    }),
  );
