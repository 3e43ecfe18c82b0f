import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { geminiCli } from '../../../../src/agents/gemini-cli/index.ts';
import { summaryOf } from '../recording.ts';

const { roots, directoryOf, recognises, accepts, document } = geminiCli.transcripts;

let config = '';
beforeEach(() => {
  config = join(mkdtempSync(join(tmpdir(), 'hivemind-gemini-')), '.gemini');
});
afterEach(() => rmSync(dirname(config), { recursive: true, force: true }));

const put = (name: string, text: string): string => {
  const path = join(config, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
};
const chat = 'tmp/ws/chats/session-1.jsonl';

describe('where transcripts are', () => {
  test('below the home that a variable may move', () => {
    expect(roots({ userHome: '/home/me', environment: {} })).toEqual(['/home/me/.gemini/tmp']);
    const environment = { GEMINI_CLI_HOME: '/moved/' };
    expect(roots({ userHome: '/home/me', environment })).toEqual(['/moved/.gemini/tmp']);
    const paths = [
      'ws/chats/session-1.jsonl',
      'ws/chats/0-1/2-3.jsonl',
      'ws/chats/session-1.json',
      'ws/logs.json',
      'ws/chats/session-1.jsonl.unreadable-1',
      'ws/0-1/plans/a.jsonl',
    ];
    expect(paths.filter(accepts)).toEqual(paths.slice(0, 3));
  });

  test('the directory is what Gemini wrote beside the chats, else what its list of projects says', () => {
    const path = put(chat, '');
    expect(directoryOf('{}', path)).toBe(null);
    put('projects.json', '{"projects": {"/home/dev/other": "other", "/home/dev/ws": "ws"}}');
    expect(directoryOf('{}', path)).toBe('/home/dev/ws');
    put('tmp/ws/.project_root', '/home/dev/marked\n');
    expect(directoryOf('{}', path)).toBe('/home/dev/marked');
    expect(directoryOf('{"directories": ["/home/dev/told"]}', '/x/export.jsonl')).toBe('/home/dev/told');
  });

  test.each(['../../etc', '', '{}'])('%j is no directory', (text) => {
    const path = put(chat, '');
    put('tmp/ws/.project_root', text);
    put('projects.json', 'garbage');
    expect(directoryOf('{}', path)).toBe(null);
  });

  test('links and folders in the place of what is looked up are not followed', () => {
    const path = put(chat, '');
    symlinkSync(put('elsewhere', '/home/dev/linked'), join(config, 'tmp/ws/.project_root'));
    mkdirSync(join(config, 'projects.json'));
    expect(directoryOf('{}', path)).toBe(null);
  });

  test('files that lie anywhere are known by their first lines', () => {
    expect(recognises('{"sessionId":"s","projectHash":"h"}\n', '/x.jsonl')).toBe(true);
    expect(recognises('{"id":"a","type":"user"}\n{"id":"b","type":"gemini"}', '/x.jsonl')).toBe(true);
    expect(recognises('{\n "sessionId": "s",\n "projectHash": "h",', '/x.json')).toBe(true);
    expect(recognises('{"type":"assistant","sessionId":"s"}', '/x.jsonl')).toBe(false);
    expect(recognises('{"sessionId": "s"}', '/x.json')).toBe(false);
  });
});

describe('a session in one document', () => {
  const session = {
    sessionId: 's1',
    projectHash: 'h',
    summary: 'A name',
    messages: [
      { id: 'u1', type: 'user', timestamp: '2026-01-01T00:00:00.000Z', content: 'go' },
      { id: 'g1', type: 'gemini', timestamp: '2026-01-02T00:00:00.000Z', content: 'done', model: 'm' },
    ],
  };

  test('is read like the lines, whole or from a moment on', () => {
    put('tmp/ws/.project_root', '/home/dev/ws');
    const reader = document?.(put('tmp/ws/chats/session-1.json', JSON.stringify(session, null, 2)));
    const parts = [...(reader?.parts(0) ?? [])];
    expect(parts.map(({ directory }) => directory)).toEqual(['/home/dev/ws']);
    expect(parts[0]?.drafts.map(summaryOf).sort()).toEqual([
      'session.started ok session started (import)',
      'session.titled ok A name',
      'turn.prompted ok go',
      'turn.replied ok done',
    ]);
    const later = [...(reader?.parts(Date.parse('2026-01-01T12:00:00Z')) ?? [])];
    expect(later[0]?.drafts.map(summaryOf)).toContain('turn.replied ok done');
    expect(later[0]?.drafts.map(summaryOf)).not.toContain('turn.prompted ok go');
  });

  test('anything else is no document', () => {
    expect(document?.(put(chat, ''))).toBe(null);
    for (const text of ['{"sess', '[]', '{"sessionId":"s"}', 'null']) {
      const reader = document?.(put('tmp/ws/chats/x.json', text));
      expect(() => [...(reader?.parts(0) ?? [])]).toThrow(SyntaxError);
    }
  });
});
