import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { termsOf } from '../core/tokenize.ts';
import { AppError } from '../schema/app-error.ts';
import type { Workspace } from '../schema/records.ts';
import { writeDurably } from '../store/durable.ts';
import type { RunJob } from '../store/job.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { locationOf } from './bucket.ts';
import { allForgettings } from './forgetting/apply.ts';
import { readApplied, readKnown } from './forgetting/known.ts';
import type { Log } from './log.ts';
import {
  foldInto,
  foldsVersion,
  noRecords,
  type Records,
  restoreRecords,
  saveRecords,
  wholeTypes,
} from './records.ts';
import { openSettings, type Settings } from './settings.ts';
import { sessionCount } from './visible-sessions.ts';

/** A workspace with its store and the records folded from its events. */
export interface OpenWorkspace extends Records {
  workspace: Workspace;
  directory: string;
  store: Store;
  /** What this machine has set for it. */
  settings: Settings;
  /** Facts that were forgotten: what else is told of them is not taken in. */
  forgottenFacts: ReadonlySet<string>;
}

export interface OpenOptions {
  log: Log;
  runJob: RunJob;
  /** Go on without events that are nowhere to be found. */
  acceptLoss?: boolean;
}

export async function openWorkspace(
  workspace: Workspace,
  directory: string,
  { log, ...options }: OpenOptions,
): Promise<OpenWorkspace> {
  const startedAt = performance.now();
  const records = noRecords();
  const settings = await openSettings(directory);
  const known = await readKnown(directory, workspace.id);
  const { facts } = await readApplied(directory);
  const store = await openStore({
    directory,
    location: locationOf(workspace.store, directory),
    termsOf,
    forgotten: () => allForgettings(known, records),
    ...options,
    folds: {
      version: foldsVersion,
      whole: wholeTypes,
      fold: (event, isOwn) => foldInto(records, event, isOwn),
      restore: (saved) => restoreRecords(records, saved as ReturnType<typeof saveRecords> | null),
      save: () => saveRecords(records),
    },
  });
  report(log, workspace, store);
  const open = Object.assign(records, {
    workspace,
    directory,
    store,
    settings,
    forgottenFacts: new Set(facts),
  });
  log.info('opened workspace', {
    workspace: workspace.id,
    events: store.count(),
    sessions: sessionCount(open),
    tail: store.tailSize(),
    durationMs: Math.round(performance.now() - startedAt),
  });
  return open;
}

/** What was damaged and has been mended must not go unnoticed. */
function report(log: Log, workspace: Workspace, { repairs }: Store): void {
  const { torn, catalog, replaced, mended, reappended } = repairs;
  for (const copy of torn) log.info('cut a torn journal tail', { workspace: workspace.id, copy });
  for (const path of catalog) log.info('passed by a damaged catalog', { workspace: workspace.id, path });
  for (const table of replaced)
    log.info('a damaged table was replaced from the journal', { workspace: workspace.id, table });
  if (reappended > 0)
    log.info('events that the tables had lost came back from the journal', {
      workspace: workspace.id,
      events: reappended,
    });
  for (const one of mended) log.info('a damaged table was made anew', { workspace: workspace.id, ...one });
}

/** This machine's secret for fact keys: 32 random bytes, readable by the owner only. */
export async function machineSecret(home: string): Promise<Buffer> {
  const path = join(home, 'secret');
  // Only an absent secret is made: another one in place of one that cannot be read would make every key new.
  const known = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (known !== null && known.length === 32) return known;
  if (known !== null)
    throw new AppError('DATA_LOSS', `${path} is not a secret of 32 bytes`, {
      hint: 'restore it from a back-up',
    });
  const secret = randomBytes(32);
  await writeDurably(path, secret);
  return secret;
}
