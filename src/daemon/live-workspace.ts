import { Draft, type Event } from '../schema/event.ts';
import { mainBranchId, sessionId } from '../schema/ids.ts';
import type { Workspace } from '../schema/records.ts';
import type { RunJob } from '../store/job.ts';
import { type Appender, createAppender } from './append.ts';
import { claimBirth } from './bucket.ts';
import type { EmbedderHost } from './embedder-host.ts';
import { createInjections, type Injections } from './injections.ts';
import { createLearner, type Learner } from './learning/learner.ts';
import type { Log } from './log.ts';
import { createMarker } from './marker.ts';
import { createVectorStore, type VectorStore } from './meaning.ts';
import type { OpenWorkspace } from './open-workspace.ts';
import { EmbedWorker } from './workers/embedder.ts';
import { createFlusher, type Flusher } from './workers/flusher.ts';
import { createPoller, type Poller } from './workers/poller.ts';

/** A workspace that is open in this daemon, with its write path and its workers. */
export interface LiveWorkspace {
  open: OpenWorkspace;
  appender: Appender;
  flusher: Flusher;
  poller: Poller;
  learner: Learner;
  injections: Injections;
  /** Its events by their meaning, where an embedder is set. */
  meaning: VectorStore;
  embedding: EmbedWorker;
  /** Key of this machine. */
  secret: Buffer;
}

export interface LiveParts {
  secret: Buffer;
  now: () => number;
  log: Log;
  /** Called with each group of events once it is durable and folded. */
  publish: (events: readonly Event[]) => void;
  embedder: EmbedderHost;
  /** Does heavy work on a store in a child process. */
  runJob: RunJob;
}

/** Sets a workspace going; a new one gets its main branch. */
export async function goLive(open: OpenWorkspace, parts: LiveParts): Promise<LiveWorkspace> {
  const { secret, now, log, embedder: host, runJob } = parts;
  const { workspace } = open;
  const isUnborn = !open.branches.has(mainBranchId(workspace.id)) && (await claimBirth(open, secret));
  const flusher = createFlusher({ open, log });
  const meaning = createVectorStore({ open, host, runJob, log });
  const embedding = new EmbedWorker({ open, vectors: meaning, host, log });
  let learner: Learner | null = null;
  const publish = (events: readonly Event[]): void => {
    flusher.wake();
    learner?.note(events);
    embedding.wake();
    parts.publish(events);
  };
  const appender = createAppender({ open, secret, now, publish });
  if (isUnborn)
    await appendMain(appender, workspace).catch(async (error) => {
      await embedding.close();
      await flusher.close().catch(() => undefined);
      throw error;
    });
  flusher.wake();
  learner = createLearner({ open, appender, now, log, mark: createMarker(secret) });
  const injections = createInjections({ open, meaning, appender, now, log });
  const poller = createPoller(open, log);
  return { open, appender, flusher, poller, learner, injections, meaning, embedding, secret };
}

/** Ends its workers and closes it, whatever fails on the way. */
export async function shut(
  { open, appender, flusher, poller, learner, embedding, meaning }: LiveWorkspace,
  log: Log,
): Promise<void> {
  try {
    await embedding.close();
    await meaning.close();
    await poller.close();
    // What it has not learnt by now it takes up when the workspace is opened again.
    const learnt = learner.close();
    await appender.close();
    await learnt;
    await flusher.close();
  } catch (error) {
    log.error('closing a workspace: the journal keeps its tail', error, { workspace: open.workspace.id });
  } finally {
    await open.store.close();
  }
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
    body: { branch, name: 'main' },
  });
  await appender.append([birth], { branch });
}
