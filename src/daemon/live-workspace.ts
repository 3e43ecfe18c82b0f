import { Draft, type Event } from '../schema/event.ts';
import { mainBranchId, sessionId } from '../schema/ids.ts';
import type { Workspace } from '../schema/records.ts';
import type { RunJob } from '../store/job.ts';
import { type Appender, createAppender } from './append.ts';
import { claimBirth } from './bucket.ts';
import { type AutomaticClaims, createAutomaticClaims } from './claims/automatic.ts';
import { openClaimBook } from './claims/book.ts';
import { type Confirmer, createConfirmer } from './claims/confirming.ts';
import { type ClaimNotes, createClaimNotes } from './claims/telling.ts';
import type { EmbedderHost } from './embedder-host.ts';
import { createInjections, type Injections } from './injections.ts';
import { createLearner, type Learner } from './learning/learner.ts';
import type { Log } from './log.ts';
import { createMarker } from './marker.ts';
import { createVectorStore, type VectorStore } from './meaning.ts';
import type { OpenWorkspace } from './open-workspace.ts';
import { createFeed, type Feed } from './subscriptions.ts';
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
  /** What agents edit is claimed, and they are told of what others have. */
  claims: AutomaticClaims & ClaimNotes;
  /** Has claims confirmed by the bucket; null: this disk is nobody else's. */
  confirmer: Confirmer | null;
  /** Its events by their meaning, where an embedder is set. */
  meaning: VectorStore;
  embedding: EmbedWorker;
  /** Who is told what comes. */
  feed: Feed;
  /** Key of this machine. */
  secret: Buffer;
  /** Epoch milliseconds. */
  now: () => number;
}

export interface LiveParts {
  secret: Buffer;
  now: () => number;
  log: Log;
  /** Called with each group of events once it is durable and folded. */
  publish: (events: readonly Event[]) => void;
  /** Called when others' events have been taken in. */
  onPolled?: (open: OpenWorkspace) => void;
  /** Called with each workspace that is opened, before anything is written to it. */
  onOpen?: (open: OpenWorkspace, feed: Feed) => void;
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
  const feed = createFeed(open);
  parts.onOpen?.(open, feed);
  let learner: Learner | null = null;
  const publish = (events: readonly Event[]): void => {
    flusher.wake();
    learner?.note(events);
    embedding.wake();
    feed.note(events);
    parts.publish(events);
  };
  const appender = createAppender({ open, secret, now, publish });
  if (isUnborn)
    await appendMain(appender, workspace).catch(async (error) => {
      await feed.close();
      await embedding.close();
      await flusher.close().catch(() => undefined);
      throw error;
    });
  flusher.wake();
  learner = createLearner({ open, appender, now, log, mark: createMarker(secret) });
  const injections = createInjections({ open, meaning, appender, now, log });
  const poller = createPoller(open, log, () => {
    feed.wake();
    parts.onPolled?.(open);
  });
  // So that the first brief need not wait for it; it reads again where this fails.
  open.recent
    .load(open)
    .catch((error) => log.error('recent work was not read', error, { workspace: workspace.id }));
  const confirmer = open.store.isShared
    ? createConfirmer({ open, appender, now }, openClaimBook(open.store.objects), log)
    : null;
  const claiming = { open, appender, now, confirmer };
  const claims = { ...createAutomaticClaims(claiming, log), ...createClaimNotes(claiming, log) };
  return {
    open,
    appender,
    flusher,
    poller,
    learner,
    injections,
    claims,
    confirmer,
    meaning,
    embedding,
    feed,
    secret,
    now,
  };
}

/** Ends its workers and closes it, whatever fails on the way. */
export async function shut(
  { open, appender, flusher, poller, learner, embedding, meaning, claims, confirmer, feed }: LiveWorkspace,
  log: Log,
): Promise<void> {
  try {
    await feed.close();
    await embedding.close();
    await meaning.close();
    await poller.close();
    await open.recent.settle();
    await confirmer?.close();
    await claims.settled();
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
