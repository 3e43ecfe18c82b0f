import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { renderConnected } from '../../../src/cli/render/agent.ts';
import { renderBrief } from '../../../src/cli/render/brief.ts';
import { renderEvent } from '../../../src/cli/render/event.ts';
import { renderImport } from '../../../src/cli/render/import.ts';
import { colourPaint, plainPaint, wantsColour } from '../../../src/cli/render/paint.ts';
import { renderRecall } from '../../../src/cli/render/recall.ts';
import { renderReplay } from '../../../src/cli/render/replay.ts';
import { renderSession, renderSessionList } from '../../../src/cli/render/session.ts';
import { sizeText } from '../../../src/cli/render/size.ts';
import { agoText } from '../../../src/cli/render/time.ts';
import type { View } from '../../../src/cli/render/view.ts';
import { renderWorkspaceList } from '../../../src/cli/render/workspace.ts';
import { displayWidth } from '../../../src/core/display-width.ts';
import type { OutputOf } from '../../../src/schema/operation.ts';
import type { EpisodeCard } from '../../../src/schema/operations/recall.ts';
import { at0, childSession, eventOf, replayPage, sessionOf, workspaceNamed } from './records.ts';

const view: View = { paint: plainPaint, now: at0 + 3_600_000, width: 80 };
const lines = (text: string): string[] => text.split('\n');

test('a table aligns columns by the cells that text takes, and fits the line', () => {
  const names = ['my-repo', '日本語の名前', 'x'.repeat(100), 'evil\u001b[2J\nname'];
  const text = renderWorkspaceList({ workspaces: names.map(workspaceNamed) }, view);
  const [header = '', ...rows] = lines(text);
  const column = header.indexOf('CREATED');
  expect(rows).toHaveLength(4);
  expect(rows.map((row) => displayWidth(row.slice(0, row.indexOf('1 h ago'))))).toEqual([
    column,
    column,
    column,
    column,
  ]);
  expect(rows.every((row) => displayWidth(row) <= 80)).toBe(true);
  expect(rows[3]).toContain('evil name');
});

test('a list of none says what to do', () => {
  expect(renderWorkspaceList({ workspaces: [] }, view)).toContain('hivemind workspace create NAME');
  expect(renderSessionList({ workspace: 'w', sessions: [], agents: [], total: 0 }, view)).toContain(
    'hivemind connect',
  );
});

test('a list that is not whole says so', () => {
  const list = {
    workspace: 'w',
    sessions: [{ ...sessionOf(), children: 2, usage: null }],
    agents: ['claude-code'],
    total: 41,
  };
  expect(renderSessionList(list, view)).toContain('40 older sessions not shown: --limit 41');
  expect(renderSessionList(list, view)).toContain('(started 2)');
  expect(renderSessionList(list, view, { skip: 20 })).toContain('20 older sessions not shown: --skip 21');
});

const card: EpisodeCard = {
  session: sessionOf().id,
  turn: null,
  agent: 'claude-code',
  actor: 'ann',
  at: at0,
  branch: 'main',
  asked: 'Fix the parser',
  did: 'ran npm test',
  paths: ['src/parser.ts'],
  outcome: 'failed',
  why: 'Expected \u001b[31m3\u001b[0m',
  hits: [{ event: eventOf(0).id, type: 'tool.called', status: 'failed', text: 'x', score: 1 }],
  seen: 9,
  score: 1,
  tokens: 40,
};
const recalled = (cards: EpisodeCard[], note = ''): OutputOf<'recall.search'> => ({
  workspace: 'my-repo',
  query: 'parser',
  terms: ['parser'],
  intent: 'ask',
  anchor: null,
  mode: 'lexical',
  cards,
  tokens: 40,
  matched: 12,
  unindexed: 2,
  note,
});

test('a recalled card says who, when, where, how it ended, and its ids', () => {
  const text = renderRecall(recalled([card]), view);
  for (const part of [
    'failed  ann with claude-code  1 h ago  main  seen 9 times',
    'Expected 3',
    'src/parser.ts',
    eventOf(0).id,
    '2 not yet indexed',
  ]) {
    expect(text).toContain(part);
  }
});

test('an empty recall says what the daemon says about it', () => {
  expect(renderRecall(recalled([], 'nothing good enough'), view)).toBe('nothing good enough');
});

test('a long text of a card is cut, and says by how much', () => {
  const text = renderRecall(recalled([{ ...card, why: 'line\n'.repeat(50) }]), view);
  expect(text).toContain('… 45 more lines');
});

test('a replay as text shows steps, diffs, failures, subagents and what is left', () => {
  const hunk = { oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, lines: ['-old', '+new'] };
  const page = replayPage(5, 1, 3, (index) => {
    if (index === 1)
      return eventOf(1, {
        type: 'file.edited',
        body: { tool: 'Edit', path: 'a.ts', change: 'updated', hunks: [hunk] },
      });
    if (index === 2)
      return eventOf(2, {
        status: 'failed',
        body: { tool: 'Bash', input: { command: 'npm test' }, error: 'boom' },
      });
    return eventOf(index, { session: childSession });
  });
  const text = renderReplay(page, { after: 1 }, view);
  expect(text).toMatch(/ 2 {2}\d\d:\d\d:\d\d {2}claude-code {2}Edit {2}updated a\.ts/);
  expect(text).toContain('    -old\n    +new');
  expect(text).toContain('failed npm run step-2');
  expect(text).toContain('  error\n    boom');
  expect(text).toContain('↳ general-purpose  Bash');
  expect(text).toContain('1 of 5 steps left: hivemind replay ses_');
});

test('a session shows its children and says when events are left out', () => {
  const page = replayPage(3, 0, 2);
  const text = renderSession(
    {
      workspace: 'w',
      session: sessionOf({ events: 3, live: 1 }),
      children: page.children,
      events: page.steps,
      missing: Array.from({ length: 7 }, (_, n) => ({ what: `the result of call ${n}`, event: null })),
      usage: { input: 1200, output: 30, cacheRead: 5, cacheWrite: 2, costUsd: 0.127 },
    },
    view,
  );
  expect(text).toContain('[general-purpose] Fix the parser');
  expect(text).toContain('1 more event not shown');
  expect(text).toMatch(/captured +1 live, 2 afterwards/);
  expect(text).toMatch(/the result of call 4; and 2 more/);
  expect(text).toMatch(/tokens +1,200 in, 30 out, 7 cached, \$0\.13/);
});

test('an event shows all of itself', () => {
  const text = renderEvent({ event: eventOf(0), before: [], after: [eventOf(1).id] }, view);
  for (const part of [eventOf(0).id, 'tool.called', 'npm run step-0', 'done 0', eventOf(1).id])
    expect(text).toContain(part);
});

test('a dry run shows the difference and says that nothing was written', () => {
  const text = renderConnected(
    {
      workspace: workspaceNamed('w'),
      scope: 'user',
      dryRun: true,
      agents: [
        {
          agent: 'claude-code',
          title: 'Claude Code',
          files: [{ path: '/s.json', action: 'updated', diff: '--- a\n+++ b\n+x\n' }],
          notes: [],
        },
      ],
      notes: [],
    },
    view,
  );
  expect(lines(text)).toEqual([
    'Would connect claude-code to workspace w (user scope).',
    '  updated    /s.json',
    '    --- a',
    '    +++ b',
    '    +x',
    'Nothing was written (--dry-run).',
  ]);
});

test('an import counts what it did', () => {
  const text = renderImport(
    {
      workspaces: ['w'],
      unchanged: 0,
      unrecognised: [],
      unbound: [{ directory: '/other', files: 3 }],
      unknown: { 'claude-code': { novelty: 4 } },
      files: 2,
      bytes: 2048,
      lines: 1200,
      appended: 1000,
      duplicates: 7,
      skipped: 3,
      damaged: 1,
      kinds: { 'claude-code': { 'tool.called': 900, 'turn.prompted': 100 } },
      durationMs: 1500,
    },
    view,
  );
  expect(text).toMatch(/read {2,}2 files, 2\.0 KiB, 1,200 lines in 1\.5 s \(1\.3 KiB\/s\)/);
  expect(text).toContain('novelty 4');
  expect(text).toContain('3 files of /other');
  expect(text).toContain('tool.called 900, turn.prompted 100');
});

test('a brief of nothing says so', () => {
  expect(
    renderBrief({
      workspace: 'w',
      branch: 'main',
      text: '',
      tokens: 0,
      budget: 1500,
      sessions: 0,
      sections: [],
    }),
  ).toBe('There is nothing to tell yet in w.');
});

test.each([
  [{ isTTY: true }, {}, true],
  [{ isTTY: false }, {}, false],
  [{ isTTY: true }, { NO_COLOR: '1' }, false],
  [{ isTTY: true }, { NO_COLOR: '' }, true],
  [{ isTTY: true }, { TERM: 'dumb' }, false],
  [{ isTTY: false }, { FORCE_COLOR: '1' }, true],
  [{ isTTY: true }, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
])('colour on %j with %j: %s', (stream, env, wanted) => {
  expect(wantsColour(stream, env)).toBe(wanted);
});

test('colour changes no text', () => {
  const plain = renderRecall(recalled([card]), view);
  const coloured = renderRecall(recalled([card]), { ...view, paint: colourPaint });
  expect(coloured).toContain('\u001b[31mfailed\u001b[39m');
  expect(stripVTControlCharacters(coloured)).toBe(plain);
});

test.each([
  [0, 'just now'],
  [5 * 60_000, '5 min ago'],
  [3 * 3_600_000, '3 h ago'],
  [2 * 86_400_000, '2 d ago'],
])('%i ms before now', (age, text) => {
  expect(agoText(at0 - age, at0)).toBe(text);
});

test('a time that no calendar has is shown as such', () => {
  expect(agoText(-9e15, at0)).toBe('?');
  expect(sizeText(3_500_000)).toBe('3.3 MiB');
});
