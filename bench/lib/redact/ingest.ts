import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentNamed } from '../../../src/agents/index.ts';
import { redactDraft } from '../../../src/core/redact.ts';
import { openEmbedderHost } from '../../../src/daemon/embedder-host.ts';
import type { Log } from '../../../src/daemon/log.ts';
import { createMarker } from '../../../src/daemon/marker.ts';
import { openRegistry } from '../../../src/daemon/registry.ts';
import { createWorkspaces } from '../../../src/daemon/workspaces.ts';
import { Draft } from '../../../src/schema/event.ts';
import { mainBranchId } from '../../../src/schema/ids.ts';
import { doJob } from '../../../src/store/job.ts';
import { filesBelow } from './texts.ts';

const secret = Buffer.alloc(32, 7);
const batchSize = 500;

/** Drafts of every Claude Code session below the folder, as its adapter makes them. */
export function readDrafts(root: string): Draft[] {
  const { transcripts } = agentNamed('claude-code');
  return filesBelow(root)
    .filter((path) => path.endsWith('.jsonl'))
    .flatMap((path) => {
      const reader = transcripts.reader(path);
      const lines = readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== '');
      const drafts = lines.flatMap((line) => {
        try {
          return reader.line(line) ?? [];
        } catch {
          return [];
        }
      });
      return [...drafts, ...reader.end()];
    })
    .flatMap((draft) => Draft.safeParse(draft).data ?? []);
}

const microsNow = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** Processor time, in microseconds, of redacting the drafts. */
export function redactAll(drafts: readonly Draft[]): number {
  const mark = createMarker(secret);
  const start = microsNow();
  for (const draft of drafts) redactDraft(draft, mark);
  return microsNow() - start;
}

/**
 * Processor time, in microseconds, of everything that is done with the drafts until they are in LanceDB and the store is
 * closed, redaction among it: keys, stamps, journal, folds, terms, tables. What is done in child processes (upkeep) is
 * not counted, which is in favour of the rest.
 */
export async function ingestAll(drafts: readonly Draft[]): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'hmb-redact-'));
  const log: Log = { info: () => undefined, error: () => undefined };
  const embedder = await openEmbedderHost({ home: directory, log, env: {} });
  const workspaces = createWorkspaces({
    embedder,
    registry: await openRegistry(join(directory, 'data')),
    secret,
    now: Date.now,
    log,
    publish: () => undefined,
    runJob: doJob,
  });
  try {
    const { open, appender } = await workspaces.live(await workspaces.create('bench'));
    const branch = mainBranchId(open.workspace.id);
    const start = microsNow();
    for (let from = 0; from < drafts.length; from += batchSize)
      await appender.append(drafts.slice(from, from + batchSize), { branch });
    await workspaces.close();
    return microsNow() - start;
  } finally {
    await workspaces.close();
    await embedder.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
