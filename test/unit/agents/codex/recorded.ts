import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { codex } from '../../../../src/agents/codex/index.ts';
import type { DraftInput } from '../../../../src/schema/event.ts';

export const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../fixtures/codex/${name}`, import.meta.url));

export const linesOf = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');

export interface Recorded {
  event: string;
  payload: Record<string, unknown>;
}

/** Payloads that the real client sent to its hooks, in order. */
export const hooks = (name: string): Recorded[] =>
  linesOf(fixture(`${name}.hooks.jsonl`)).map((line) => JSON.parse(line) as Recorded);

/** Drafts of those hooks; the n-th ran at n seconds. `change` is applied to each payload first. */
export const hookDrafts = (
  name: string,
  change: (payload: Recorded['payload']) => object = (payload) => payload,
): DraftInput[] =>
  hooks(name).flatMap(
    ({ event, payload }, index) =>
      codex.translate({ event, payload: JSON.stringify(change(payload)), at: index * 1000 }).drafts,
  );

/** The one rollout in a folder of the fixtures. */
export function rollout(folder: string): { path: string; lines: string[] } {
  const path = fixture(`${folder}/${readdirSync(fixture(folder))[0]}`);
  return { path, lines: linesOf(path) };
}

export function readLines(
  lines: readonly string[],
  path = '/h/.codex/sessions/rollout-x.jsonl',
): DraftInput[] {
  const reader = codex.transcripts.reader(path);
  return [...lines.flatMap((line) => reader.line(line) ?? []), ...reader.end()];
}

export function readRollout(folder: string): DraftInput[] {
  const { path, lines } = rollout(folder);
  return readLines(lines, path);
}

/** What the fact key of a draft is made of. */
export const keyOf = ({ session, identity }: DraftInput): string =>
  'nativeId' in identity
    ? `${session} ${identity.nativeId} ${identity.phase}`
    : `${session} ${identity.ordinal ?? 0} ${identity.content}`;

/** `type status first line of the text`. */
export const told = (drafts: readonly DraftInput[]): string[] =>
  drafts.map(({ type, status, text }) => `${type} ${status} ${text?.split('\n')[0]}`);
