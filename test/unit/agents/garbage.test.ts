import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agents } from '../../../src/agents/index.ts';
import { Draft } from '../../../src/schema/event.ts';
import { readLines, recordedPath } from './recording.ts';

/** Recordings whose keys and types the garbage is made of. */
const recordings: Record<string, { transcript: string; events: string[] }> = {
  'gemini-cli': {
    transcript: 'run2/chats/session-2026-11-22T02-09-3ab2a5b9.jsonl',
    events: ['SessionStart', 'BeforeAgent', 'AfterTool', 'AfterAgent', 'SessionEnd', 'PreCompress'],
  },
  'copilot-cli': {
    transcript: 'run2/84f9e215-a912-4019-aae0-7b27532113c3/events.jsonl',
    events: ['sessionStart', 'userPromptSubmitted', 'preToolUse', 'agentStop', 'sessionEnd'],
  },
};

const strange = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    1e300,
    '',
    '\u0000',
    [],
    {},
    [null],
    [[]],
    'x'.repeat(70_000),
  ),
  fc.string(),
  fc.jsonValue({ maxDepth: 3 }),
);

/** A recorded value with strange ones at some of its places. */
function spoil(value: unknown, replace: () => unknown, isHit: () => boolean): unknown {
  if (isHit()) return replace();
  if (Array.isArray(value)) return value.map((item) => spoil(item, replace, isHit));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, spoil(item, replace, isHit)]));
}

describe.each(Object.entries(recordings))('%s', (name, { transcript, events }) => {
  const agent = agents[name];
  if (agent === undefined) throw new Error(`no agent ${name}`);

  test('whatever the lines of a transcript hold, their drafts can be appended', async () => {
    const { readFileSync } = await import('node:fs');
    const lines = readFileSync(recordedPath(agent, transcript), 'utf8').split('\n').filter(Boolean);
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const spoilt = lines.map((line) =>
          JSON.stringify(
            spoil(
              JSON.parse(line),
              () => gen(() => strange),
              () => gen(fc.nat, { max: 60 }) === 0,
            ),
          ),
        );
        for (const draft of readLines(agent, '/x/y/events.jsonl', spoilt).drafts) Draft.parse(draft);
      }),
      { numRuns: 60 },
    );
  });

  test('whatever a payload holds, its drafts can be appended', () => {
    const keys = [
      'session_id',
      'sessionId',
      'cwd',
      'prompt',
      'tool_name',
      'toolName',
      'toolArgs',
      'tool_input',
      'agentId',
    ];
    const more = [
      'tool_response',
      'source',
      'reason',
      'prompt_response',
      'transcript_path',
      'transcriptPath',
      'parentAgentId',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...events, 'other', 'constructor'),
        fc.dictionary(fc.constantFrom(...keys, ...more), strange),
        (event, payload) => {
          const told = agent.translate({ event, payload: JSON.stringify(payload), at: 1 });
          for (const draft of told.drafts) Draft.parse(draft);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('a torn line is a SyntaxError; other JSON is nothing; a torn payload is kept as text', () => {
    const reader = agent.transcripts.reader('/x/y/events.jsonl');
    expect(() => reader.line('{"type":"user","mess')).toThrow(SyntaxError);
    for (const text of [
      '',
      ' ',
      '42',
      'null',
      '[]',
      '{}',
      '{"type":"user.message"}',
      '{"id":"a","type":"gemini"}',
    ])
      expect(reader.line(text)).toBe(null);
    expect(reader.end()).toEqual([]);
    const [draft] = agent.translate({ event: events[0] ?? '', payload: '{"cwd":"/w","prom', at: 1 }).drafts;
    expect(draft).toMatchObject({ type: 'hook.unreadable', status: 'failed' });
  });
});
