import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DraftInput } from '../../../src/schema/event.ts';
import { sessionId, turnId } from '../../../src/schema/ids.ts';

/** One event of the labelled traces. */
export interface Trace {
  id: number;
  session: string;
  author: string;
  ts: number;
  turn: number;
  kind: 'prompt' | 'say' | 'tool' | 'edit';
  tool?: string;
  text: string;
  files: string[];
  /** The call came back with an error. */
  err?: boolean;
  /** It made a commit: its text is that of a query. */
  commit?: boolean;
}

export interface Queries {
  /** A summarised error, and the session that met it. */
  t2: { q: string; session: string; before: number }[];
  /** A commit message, and the sessions that made the commit. */
  t3: { q: string; sessions: string[]; ts: number; files: string[]; sha: string }[];
  /** A prompt, and the edits of its turn. */
  t4: { q: string; ev: number; gold: number[] }[];
  /** A prompt, and earlier edits by other sessions on a file that its turn will edit. */
  t7: { q: string; ev: number; session: string; ts: number; gold: number[] }[];
}

const types = {
  prompt: 'turn.prompted',
  say: 'turn.replied',
  tool: 'tool.called',
  edit: 'file.edited',
} as const;

/** Folder with `recall-dev/`: real traces with labelled queries, which are no part of this repository. */
export const dataDirectory = (): string | undefined => process.env.HIVEMIND_BENCH_DATA;

/** Traces in the order of time, without those that made a commit, and their queries. */
export function readTraces(data: string): { traces: Trace[]; queries: Queries } {
  const directory = join(data, 'recall-dev');
  const traces = readFileSync(join(directory, 'events.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Trace)
    .filter(({ commit }) => commit !== true)
    .sort((a, b) => a.ts - b.ts || a.id - b.id);
  return { traces, queries: JSON.parse(readFileSync(join(directory, 'queries.json'), 'utf8')) as Queries };
}

export const sessionOf = (native: string): string => sessionId('claude-code', native);

/** A trace as an agent's adapter would hand it in. */
export function draftOf(trace: Trace): DraftInput {
  const session = sessionOf(trace.session);
  return {
    type: types[trace.kind],
    agent: 'claude-code',
    session,
    turn: turnId(session, String(trace.turn)),
    identity: { nativeId: String(trace.id), phase: 'trace' },
    actor: { kind: trace.kind === 'prompt' ? 'human' : 'agent', name: trace.author },
    at: trace.ts,
    status: trace.err === true ? 'failed' : 'ok',
    paths: trace.files,
    text: trace.text,
    body: { trace: trace.id, ...(trace.tool === undefined ? {} : { tool: trace.tool }) },
  };
}
