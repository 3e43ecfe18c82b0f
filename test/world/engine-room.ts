import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCapture } from '../../src/daemon/capture.ts';
import { openEmbedderHost } from '../../src/daemon/embedder-host.ts';
import { createCall } from '../../src/daemon/engine.ts';
import type { Log } from '../../src/daemon/log.ts';
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

/** `publish` is told of every group of events that was stored. */
export async function openEngineRoom(
  runJob: RunJob = doJob,
  publish: (events: readonly Event[]) => void = () => undefined,
): Promise<EngineRoom> {
  const directory = mkdtempSync(join(tmpdir(), 'hm-room-'));
  const errors: string[] = [];
  const log: Log = { info: () => undefined, error: (message) => errors.push(message) };
  const embedder = await openEmbedderHost({ home: directory, log, env: process.env });
  const workspaces = createWorkspaces({
    embedder,
    registry: await openRegistry(join(directory, 'data')),
    secret: Buffer.alloc(32, 7),
    now: Date.now,
    log,
    publish,
    runJob,
  });
  const now = Date.now;
  const checkpoints = await openCheckpoints(directory);
  const connected = await openConnected(directory, () => undefined);
  const pauses = await openPauses({ home: directory, now, log });
  const capture = createCapture({
    workspaces,
    pauses,
    now,
    log,
    readOn: (...about) => tail.readOn(...about),
    brief: async () => '',
  });
  const tail: Tail = createTail({ workspaces, capture, connected, checkpoints, log, now });
  const call = createCall({
    workspaces,
    embedder,
    capture,
    connected,
    checkpoints,
    tail,
    pauses,
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
  });
  const remove = async (): Promise<void> => {
    await tail.close();
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
