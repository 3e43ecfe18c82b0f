import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '../../src/schema/event.ts';
import { packageRoot } from './home.ts';

/** How something reached us: as it happened, by an import only, or not at all. Whether hook or transcript came first is a race. */
type Way = 'live' | 'back-filled' | 'not possible';

/** By the table's columns; the last one, the injected brief, is seen in what the model was asked. */
const finders: Record<string, (event: Event) => boolean> = {
  prompt: ({ type, actor }) => type === 'turn.prompted' && actor.kind === 'human',
  'tool call': ({ type }) => type === 'tool.called',
  result: ({ type, body }) => type === 'tool.called' && typeof body.output === 'string' && body.output !== '',
  failure: ({ type, status }) => type === 'tool.called' && status === 'failed',
  edit: ({ type }) => type === 'file.edited',
  subagent: ({ type, body }) => type === 'session.started' && typeof body.parentSession === 'string',
  'session end': ({ type }) => type === 'session.ended',
  'MCP call': ({ type, body }) => type === 'tool.called' && body.mcpServer === 'hivemind',
};

/** A row of the table in the guide, from what was captured live (`before`) and what an import added (`after` has both). */
export function captureRow(before: readonly Event[], after: readonly Event[]): string[] {
  const wayOf = (finds: (event: Event) => boolean): Way => {
    if (before.some(finds)) return 'live';
    return after.some(finds) ? 'back-filled' : 'not possible';
  };
  return Object.values(finders).map(wayOf);
}

const guide = join(packageRoot, 'docs', 'guides', 'agents.md');

/** The agent's row as the guide has it; with HIVEMIND_WRITE_DOCS=1 it is written first. */
export function guideRow(title: string, found: readonly string[]): string[] {
  const lines = readFileSync(guide, 'utf8').split('\n');
  const at = lines.findIndex((line) => line.startsWith(`| ${title} |`));
  if (at < 0) throw new Error(`docs/guides/agents.md has no row for ${title}`);
  if (process.env.HIVEMIND_WRITE_DOCS === '1') {
    lines[at] = `| ${[title, ...found].join(' | ')} |`;
    writeFileSync(guide, lines.join('\n'));
  }
  return (lines[at] ?? '')
    .split('|')
    .slice(2, -1)
    .map((cell) => cell.trim());
}
