import { rmSync } from 'node:fs';
import { type Connection, connect, Index, MatchQuery, type Table } from '@lancedb/lancedb';
import { termsOf } from '../../../src/core/tokenize.ts';
import { scopeOf, spansOf } from '../../../src/daemon/lines.ts';
import type { OpenWorkspace } from '../../../src/daemon/open-workspace.ts';
import { Draft } from '../../../src/schema/event.ts';
import { mainBranchId } from '../../../src/schema/ids.ts';
import type { Span } from '../../../src/schema/view.ts';
import { openEngineRoom } from '../../../test/world/engine-room.ts';
import { draftOf, type Trace } from './traces.ts';

/** The traces in a workspace, and in a bare table of LanceDB beside it. */
export interface Corpus {
  open: OpenWorkspace;
  spans: readonly Span[];
  /** Event id → number of its trace, and back. */
  traceOf: Map<string, number>;
  eventOf: Map<number, string>;
  traces: Map<number, Trace>;
  /** Numbers of the traces that LanceDB's own full text finds, best first. */
  lance(column: 'text' | 'terms', query: string, where: string, limit: number): Promise<number[]>;
  close(): Promise<void>;
}

const batchEvents = 500;

export async function loadCorpus(traces: readonly Trace[]): Promise<Corpus> {
  const room = await openEngineRoom();
  const { workspaces } = room;
  const { workspace } = await room.call('workspace.create', { name: 'traces', bind: false });
  const live = await workspaces.resolve({ workspace: workspace.id });
  const branch = mainBranchId(workspace.id);
  for (let at = 0; at < traces.length; at += batchEvents) {
    const drafts = traces.slice(at, at + batchEvents).map((trace) => Draft.parse(draftOf(trace)));
    await live.appender.append(drafts, { branch });
  }
  const { open } = live;
  // Searched where they will be searched: in indexed tables.
  await open.store.flush();
  for (const signal = new AbortController().signal; open.store.upkeep.isDue(); )
    await open.store.upkeep.run(signal);
  const spans = spansOf(open, scopeOf(open, branch));
  const events = await open.store.find({ spans });
  const traceOf = new Map(events.map(({ id, body }) => [id, Number(body.trace)]));
  const bare = await bareTable(`${room.directory}-lance`, traces);
  return {
    open,
    spans,
    traceOf,
    eventOf: new Map([...traceOf].map(([id, trace]) => [trace, id])),
    traces: new Map(traces.map((trace) => [trace.id, trace])),
    lance: (column, query, where, limit) => searchBare(bare.table, column, query, where, limit),
    close: async () => {
      bare.db.close();
      rmSync(`${room.directory}-lance`, { recursive: true, force: true });
      await room.remove();
    },
  };
}

async function bareTable(
  directory: string,
  traces: readonly Trace[],
): Promise<{ db: Connection; table: Table }> {
  const db = await connect(directory);
  const rows = traces.map(({ id, session, ts, kind, text, files }) => ({
    id,
    session,
    ts,
    kind,
    text: `${text}\n${files.join('\n')}`,
    terms: termsOf({ text, paths: files }),
  }));
  const table = await db.createTable('traces', rows);
  await table.createIndex('text', { config: Index.fts() });
  await table.createIndex('terms', {
    config: Index.fts({ baseTokenizer: 'whitespace', lowercase: false, stem: false, removeStopWords: false }),
  });
  return { db, table };
}

async function searchBare(
  table: Table,
  column: string,
  query: string,
  where: string,
  limit: number,
): Promise<number[]> {
  const found = await table
    .query()
    .fullTextSearch(new MatchQuery(query, column))
    .where(where)
    .limit(limit)
    .select(['id', '_score'])
    .toArray();
  return found.map(({ id }) => Number(id));
}
