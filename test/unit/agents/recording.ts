import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Agent, Translation } from '../../../src/agents/agent.ts';
import { bodies, isKnownType } from '../../../src/schema/bodies/index.ts';
import { Draft, type DraftInput } from '../../../src/schema/event.ts';

/** Path of a recorded file of an agent. */
export const recordedPath = (agent: Agent, name: string): string =>
  fileURLToPath(new URL(`../../fixtures/${agent.name}/${name}`, import.meta.url));

const linesOf = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');

/** What the hooks said that a real client ran, in order; the n-th ran at n seconds. */
export const translated = (agent: Agent, name: string): (Translation & { event: string })[] =>
  linesOf(recordedPath(agent, name)).map((line, index) => {
    const { event, payload } = JSON.parse(line) as { event: string; payload: unknown };
    return { event, ...agent.translate({ event, payload: JSON.stringify(payload), at: index * 1000 }) };
  });

/** Drafts of the lines, and what the reader did not know. */
export function readLines(
  agent: Agent,
  path: string,
  lines: readonly string[],
): { drafts: DraftInput[]; unknown: Record<string, number> } {
  const reader = agent.transcripts.reader(path);
  const drafts = lines.flatMap((line) => reader.line(line) ?? []);
  drafts.push(...reader.end());
  return { drafts, unknown: reader.unknown?.() ?? {} };
}

export const readRecorded = (agent: Agent, name: string) => {
  const path = recordedPath(agent, name);
  return readLines(agent, path, linesOf(path));
};

/** What the fact key of a draft is made of. */
export const keyOf = ({ session, identity }: DraftInput): string =>
  'nativeId' in identity
    ? `${session} ${identity.nativeId} ${identity.phase}`
    : `${session} ${identity.ordinal ?? 0} ${identity.content}`;

/** Throws where the append path would not take a draft, or its body is not that of its type. */
export function checkDraft(draft: DraftInput): void {
  const parsed = Draft.parse(draft);
  if (isKnownType(parsed.type)) bodies[parsed.type].body.parse(parsed.body);
  else throw new Error(`unknown type ${parsed.type}`);
}

/** First line of what a draft says, with what became of it. */
export const summaryOf = ({ type, status, text }: DraftInput): string =>
  `${type} ${status} ${text?.split('\n')[0]}`;
