import { sessionId } from '../../src/schema/ids.ts';
import type { Drafts } from './drafts.ts';

/** When its first step happened: a quarter past nine in the time zone of whoever looks. */
export const beginsAt = new Date(2026, 4, 4, 9, 15).getTime();
/** Between two steps of it. */
export const stepMs = 400;

export const longSession = (name: string): string => sessionId('codex', name);

const hunk = (at: number) => ({
  oldStart: at,
  oldLines: 2,
  newStart: at,
  newLines: 2,
  lines: [' // the parser', `-const depth = ${at};`, `+const depth: number = ${at + 1}; // deeper`],
});

/** Of a hundred steps: one prompt, ten edits, two failures, one decision; the others are calls of tools. */
function stepOf(at: number): Pick<Drafts[number], 'type' | 'status' | 'text' | 'paths' | 'body'> {
  const place = at % 100;
  if (place === 0)
    return { type: 'turn.prompted', text: `make part ${at} work`, body: { prompt: `make part ${at} work` } };
  if (place === 50) {
    const set = { subject: `depth ${at}`, choice: 'a stack', reason: 'no recursion' };
    return { type: 'memory.decided', text: `depth ${at}: a stack`, body: { key: `dec-${at}`, set } };
  }
  if (place % 10 === 5) {
    const path = `src/part-${at}.ts`;
    const body = { tool: 'Edit', path, change: 'updated', hunks: [hunk(at)] };
    return { type: 'file.edited', text: `updated ${path}`, paths: [path], body };
  }
  const failed = place === 33 || place === 77;
  const body = {
    tool: 'Bash',
    input: { command: `npm test -- ${at}` },
    ...(failed ? { error: `boom ${at}`, exitCode: 1 } : { output: `ok ${at}`, exitCode: 0 }),
    durationMs: 250,
  };
  return { type: 'tool.called', status: failed ? 'failed' : 'ok', text: `npm test -- ${at}`, body };
}

/** Steps of a session of so many, from `from` on. */
export const longSteps = (name: string, from: number, count: number): Drafts =>
  Array.from({ length: count }, (_, index) => {
    const at = from + index;
    return {
      agent: 'codex',
      session: longSession(name),
      identity: { nativeId: `${name}-${at}`, phase: 'done' },
      actor: {
        kind: at % 100 === 0 ? ('human' as const) : ('agent' as const),
        name: at % 100 === 0 ? 'ann' : 'codex',
      },
      at: beginsAt + at * stepMs,
      ...stepOf(at),
    };
  });

/** The same as lines of NDJSON. */
export const longLines = (name: string, count: number): string =>
  longSteps(name, 0, count)
    .map((draft) => `${JSON.stringify(draft)}\n`)
    .join('');
