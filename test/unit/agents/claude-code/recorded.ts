import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { claudeCode } from '../../../../src/agents/claude-code/index.ts';
import type { DraftInput } from '../../../../src/schema/event.ts';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../fixtures/claude-code/${name}`, import.meta.url));

const linesOf = (name: string): string[] =>
  readFileSync(fixture(name), 'utf8')
    .split('\n')
    .filter((line) => line !== '');

/** Drafts of the hooks that a real client ran, in order; the n-th ran at n seconds. */
export function hookDrafts(name: string): DraftInput[] {
  return linesOf(name).flatMap((line, index) => {
    const { event, payload } = JSON.parse(line) as { event: string; payload: unknown };
    return claudeCode.translate({ event, payload: JSON.stringify(payload), at: index * 1000 }).drafts;
  });
}

/** Drafts of a transcript, and the number of lines that carried nothing. */
export function readTranscript(name: string): { drafts: DraftInput[]; skipped: number } {
  return readLines(fixture(name), linesOf(name));
}

export function readLines(path: string, lines: readonly string[]): { drafts: DraftInput[]; skipped: number } {
  const reader = claudeCode.transcripts.reader(path);
  let skipped = 0;
  const drafts = lines.flatMap((line) => {
    const read = reader.line(line);
    if (read === null) skipped += 1;
    return read ?? [];
  });
  return { drafts: [...drafts, ...reader.end()], skipped };
}

/** What the fact key of a draft is made of. */
export const keyOf = ({ session, identity }: DraftInput): string =>
  'nativeId' in identity
    ? `${session} ${identity.nativeId} ${identity.phase}`
    : `${session} ${identity.ordinal ?? 0} ${identity.content}`;
