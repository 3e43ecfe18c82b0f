import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentNamed } from '../../src/agents/index.ts';
import { callOf } from '../../src/core/warnings/call.ts';
import { finishedCall } from '../../src/core/warnings/finished.ts';
import { Draft } from '../../src/schema/event.ts';
import type { Recorded } from './replay.ts';

/** A line of recall-dev/events.jsonl, as far as it is used here. */
interface Line {
  id: number;
  session: string;
  ts: number;
  kind: string;
  tool: string;
  text: string;
  head: string;
  files: string[];
  err?: boolean;
  errText?: string;
}

const place = { branch: 'br', writer: 'wr' };

/** The tool calls of a data set that was extracted beforehand; it says of each whether the client reported an error. */
export function readExtracted(path: string): Recorded[] {
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  const events = lines
    .map((line) => JSON.parse(line) as Line)
    .filter(({ kind }) => kind === 'tool' || kind === 'edit')
    .sort((a, b) => a.ts - b.ts);
  const roots = rootsOf(events);
  return events.map((line) => {
    const base = roots.get(line.session) ?? null;
    const call = callOf(line.tool, inputOf(line), { session: line.session, base });
    const failed = line.err === true;
    return {
      call,
      ended: {
        ...place,
        event: String(line.id),
        seq: line.id,
        at: line.ts,
        failed,
        error: line.errText ?? '',
        edited: line.kind === 'edit' && !failed,
      },
    };
  });
}

function inputOf({ kind, tool, text, head, files }: Line): unknown {
  if (kind === 'edit') {
    const [before = '', after = ''] = text.slice(text.indexOf('\n') + 1).split('\n=>\n');
    return { file_path: files[0] ?? '', old_string: before, new_string: after };
  }
  if (tool === 'Bash') return { command: head.replace(/^\$ /, '') };
  try {
    return JSON.parse(head.slice(tool.length + 1));
  } catch {
    return { said: head };
  }
}

/** Where each session's checkout is: an absolute path that ends like a file which some edit names below the root. */
function rootsOf(events: readonly Line[]): Map<string, string> {
  const known = new Set(events.filter(({ kind }) => kind === 'edit').flatMap(({ files }) => files));
  const roots = new Map<string, string>();
  for (const { session, head } of events) {
    if (roots.has(session)) continue;
    const path = /"(?:file_path|path)":"(\/[^"]+)"/.exec(head)?.[1];
    for (let at = path?.indexOf('/', 1) ?? -1; path !== undefined && at > 0; at = path.indexOf('/', at + 1))
      if (known.has(path.slice(at + 1))) {
        roots.set(session, path.slice(0, at));
        break;
      }
  }
  return roots;
}

/** The calls of all transcripts of Claude Code below a folder, through our own adapter; others are passed by. */
export function readTranscripts(directory: string): { calls: Recorded[]; sessions: number; skipped: number } {
  const { transcripts } = agentNamed('claude-code');
  const calls: Recorded[] = [];
  let sessions = 0;
  let skipped = 0;
  const files = existsSync(directory) ? readdirSync(directory, { recursive: true, encoding: 'utf8' }) : [];
  for (const name of files.filter((file) => file.endsWith('full.jsonl')).sort()) {
    const text = readFileSync(join(directory, name), 'utf8');
    // Of Codex and Copilot: no adapter of ours reads them yet.
    if (
      !/"sessionId":"[^"]+"/.test(text.slice(0, 4_000)) ||
      /"type":"session[._](?:start|meta)"/.test(text.slice(0, 400))
    ) {
      skipped += 1;
      continue;
    }
    sessions += 1;
    const reader = transcripts.reader(join('/projects/p', `${name.split('/').at(-2)}.jsonl`));
    const base = transcripts.directoryOf(text.slice(0, 64_000), name);
    const drafts = [
      ...text
        .split('\n')
        .filter(Boolean)
        .flatMap((line) => read(reader, line)),
      ...reader.end(),
    ];
    for (const input of drafts) {
      const draft = Draft.safeParse(input);
      if (!draft.success) continue;
      const at = draft.data.at ?? 0;
      const seq = calls.length + 1;
      const finished = finishedCall({ ...draft.data, ...place, id: String(seq), seq, at }, base);
      if (finished !== null) calls.push(finished);
    }
  }
  calls.sort((a, b) => a.ended.at - b.ended.at);
  return { calls, sessions, skipped };
}

type Reader = ReturnType<ReturnType<typeof agentNamed>['transcripts']['reader']>;

function read(reader: Reader, line: string) {
  try {
    return reader.line(line) ?? [];
  } catch {
    return [];
  }
}
