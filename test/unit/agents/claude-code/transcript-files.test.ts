import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claudeCode } from '../../../../src/agents/claude-code/index.ts';
import { Draft } from '../../../../src/schema/event.ts';
import { sessionId } from '../../../../src/schema/ids.ts';
import { asked, line, path, read } from './lines.ts';
import { readLines } from './recorded.ts';

describe('names and compactions', () => {
  test('a title is told when it changes; a chosen one is not replaced by a made one', () => {
    const drafts = read(
      JSON.stringify({ type: 'custom-title', customTitle: 'one', sessionId: 's1' }),
      asked('go'),
      JSON.stringify({ type: 'custom-title', customTitle: 'one', sessionId: 's1' }),
      JSON.stringify({ type: 'ai-title', aiTitle: 'made', sessionId: 's1' }),
      JSON.stringify({ type: 'custom-title', customTitle: 'two', sessionId: 's1' }),
    );
    expect(drafts.filter((draft) => draft.type === 'session.titled').map((draft) => draft.text)).toEqual([
      'one',
      'two',
    ]);
  });

  test('a summary names the session whose last line it points at', () => {
    const summary = (leafUuid: string): string =>
      JSON.stringify({ type: 'summary', summary: `about ${leafUuid}`, leafUuid });
    const drafts = read(summary('leaf'), summary('elsewhere'), asked('go', { uuid: 'leaf' }));
    expect(drafts.map((draft) => draft.text)).toEqual(['about leaf', 'go']);
  });

  test('two compactions of one prompt are two; the hook knows the first', () => {
    const boundary = (): string =>
      line('system', { subtype: 'compact_boundary', compactMetadata: { trigger: 'auto' } });
    const summary = (text: string): string =>
      asked(
        `This session is being continued from a previous conversation that ran out of context.\n\n${text}\n\nIf you need specific details from before compaction, read …`,
        { isCompactSummary: true },
      );
    const drafts = read(asked('go'), boundary(), summary('so far'), boundary(), summary('further'));
    expect(drafts.slice(1).map((draft) => [draft.text, draft.identity])).toEqual([
      ['so far', { nativeId: 'p1', phase: 'compacted' }],
      ['further', { nativeId: 'p1', phase: 'compacted:2' }],
    ]);
  });
});

describe('files', () => {
  test('flat and inline subagents of old versions', () => {
    const flat = readLines('/x/agent-abc.jsonl', [asked('look', { isSidechain: true })]).drafts;
    expect(flat[1]?.session).toBe(sessionId('claude-code', 's1', 'abc'));
    const inline = readLines(path, [
      asked('go', { uuid: 'a' }),
      asked('look', { uuid: 'b', parentUuid: null, isSidechain: true }),
      asked('more', { uuid: 'c', parentUuid: 'b', isSidechain: true, promptId: 'p2' }),
    ]).drafts;
    expect(new Set(inline.map((draft) => draft.session)).size).toBe(2);
  });

  test('where transcripts are, and which files are some', () => {
    const { roots, directoryOf, accepts } = claudeCode.transcripts;
    const moved = { CLAUDE_CONFIG_DIR: '/moved/' };
    expect(roots({ userHome: '/home/me', environment: {} })).toEqual(['/home/me/.claude/projects']);
    expect(roots({ userHome: '/home/me', environment: moved })).toEqual(['/moved/projects']);
    expect(directoryOf(`{"type":"summary"}\n${asked('hi')}`, 'x')).toBe('/home/dev/ws');
    expect(directoryOf('garbage', 'x')).toBe(null);
    const paths = [
      's.jsonl',
      's/subagents/agent-a1.jsonl',
      'agent-a1.jsonl',
      's/tool-results/x.jsonl',
      's/subagents/agent-acompact-1.jsonl',
      'memory/a.md',
      's/subagents/agent-a1.meta.json',
    ];
    expect(paths.filter(accepts)).toEqual(['s.jsonl', 's/subagents/agent-a1.jsonl', 'agent-a1.jsonl']);
  });

  test('a torn line is a SyntaxError; blank lines and other JSON are nothing', () => {
    const reader = claudeCode.transcripts.reader(path);
    expect(() => reader.line('{"type":"user","mess')).toThrow(SyntaxError);
    for (const text of [
      '',
      '42',
      'null',
      '[]',
      '{}',
      '{"type":"user"}',
      '{"type":"api-request","message":{}}',
      '{"type":"assistant","message":null}',
    ]) {
      reader.line(text);
    }
    expect(reader.end().filter((draft) => draft.type !== 'session.started')).toEqual([]);
  });

  test('whatever the lines hold, the drafts can be appended', () => {
    const keys = [
      'type',
      'subtype',
      'message',
      'content',
      'uuid',
      'sessionId',
      'promptId',
      'agentId',
      'attachment',
      'tool_use_id',
      'id',
      'name',
      'input',
      'text',
      'toolUseResult',
      'isSidechain',
      'cwd',
      'timestamp',
      'customTitle',
    ];
    const word = fc.constantFrom(
      'user',
      'assistant',
      'system',
      'attachment',
      'compact_boundary',
      'queued_command',
      'text',
      'tool_use',
      'tool_result',
      't1',
      'Edit',
      'x'.repeat(700),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        word,
        fc.string(),
        fc.boolean(),
        fc.integer(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 6 }),
      ),
    }));
    const lines = fc.array(
      fc.record({
        type: word,
        message: fc.record({
          content: fc.array(fc.dictionary(fc.constantFrom(...keys), value), { maxLength: 3 }),
        }),
        more: value,
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(lines, (objects) => {
        const { drafts } = readLines(
          path,
          objects.map((object) =>
            JSON.stringify({ ...object, ...(typeof object.more === 'object' ? object.more : {}) }),
          ),
        );
        for (const draft of drafts) Draft.parse(draft);
      }),
    );
  });
});
