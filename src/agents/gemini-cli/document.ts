import { readFileSync } from 'node:fs';
import type { DocumentReader } from '../agent.ts';
import { asFields, wordAt } from '../fields.ts';
import { directoryAt } from './home.ts';
import { createReader } from './transcript.ts';

/** Reads a session that an older Gemini CLI kept as one JSON document: a header with all its messages. */
export function createDocument(path: string): DocumentReader | null {
  if (!path.endsWith('.json')) return null;
  let unknown: Record<string, number> = {};
  return {
    *parts(sinceMs) {
      const record = asFields(JSON.parse(readFileSync(path, 'utf8')));
      if (record === null || wordAt(record, 'sessionId') === null || !Array.isArray(record.messages))
        throw new SyntaxError('not a session of Gemini CLI');
      const reader = createReader(path);
      const drafts = [...(reader.line(JSON.stringify(record)) ?? []), ...reader.end()];
      unknown = reader.unknown?.() ?? {};
      const changed = drafts.filter(({ at }) => at === undefined || at >= sinceMs);
      if (changed.length > 0) yield { directory: directoryAt(path), drafts: changed };
    },
    unknown: () => unknown,
  };
}
