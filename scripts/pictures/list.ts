import type { Act, Stage } from './stage.ts';

export interface TerminalPicture {
  name: string;
  act: Act;
  command: (stage: Stage) => string;
  /** What stands in the bar in place of the command. */
  title?: string;
  /** For those who cannot see it. */
  about: string;
  columns: number;
  rows: number;
  keys?: readonly string[];
}

export interface PagePicture {
  name: string;
  act: Act;
  path: (stage: Stage) => string;
  shows: RegExp;
  /** Pressed before the picture is taken, as Playwright names them. */
  keys?: readonly string[];
  width?: number;
  height?: number;
}

const branch = 'worktree/parser-streaming';

export const terminals: readonly TerminalPicture[] = [
  {
    name: 'recall',
    act: 'codex has failed',
    command: () => 'hivemind recall "why does a quoted field lose its line end" --limit 2',
    about: 'hivemind recall answers with cards: who, when, what was asked and done, how it ended and why',
    columns: 104,
    rows: 60,
  },
  {
    name: 'brief',
    act: 'codex has failed',
    command: () => 'hivemind brief --agent claude-code | fold -s -w 118',
    title: '$ hivemind brief --agent claude-code',
    about:
      'what Claude Code is told at its start: the handoff, the plan, conventions, decisions, failed attempts',
    columns: 120,
    rows: 60,
  },
  {
    name: 'replay',
    act: 'codex has failed',
    command: ({ sessions }) => `hivemind replay ${sessions.get('codex')}`,
    title: '$ hivemind replay',
    about: 'the replay viewer on the step at which the tests fail',
    columns: 110,
    rows: 32,
    keys: ['Right', 'Right', 'Right', 'Right', 'Right', 'Right', 'Right'],
  },
  {
    name: 'merge',
    act: 'all have worked',
    command: () => `hivemind merge ${branch}`,
    about: 'a merge stops at a conflict of two decisions, which are shown side by side',
    columns: 112,
    rows: 60,
  },
  {
    name: 'why',
    act: 'all is merged',
    command: () => 'hivemind why src/parser.js:18',
    about: 'from a line of code to its commit, session and prompt, and to what was ruled out before',
    columns: 112,
    rows: 60,
  },
  {
    name: 'plan',
    act: 'all is merged',
    command: () => 'hivemind plan graph',
    about: 'the plan as a tree, with what needs what',
    columns: 90,
    rows: 50,
  },
  {
    name: 'stats',
    act: 'all is merged',
    command: () => 'hivemind stats',
    about: 'who did how much and when, which tools fail, which files were worked on',
    columns: 110,
    rows: 70,
  },
];

export const pages: readonly PagePicture[] = [
  { name: 'overview', act: 'all have worked', path: () => '', shows: /codex/ },
  {
    name: 'session',
    act: 'all have worked',
    path: ({ sessions }) => `sessions/${sessions.get('codex')}`,
    shows: /npm test/,
    keys: ['e', 'e'],
  },
  {
    name: 'review',
    act: 'all have worked',
    path: () => `review/${encodeURIComponent(branch)}?tab=conflicts`,
    shows: /line ends/,
    height: 680,
  },
  { name: 'plan-board', act: 'all have worked', path: () => 'plan', shows: /Publish version 1/ },
  { name: 'memory', act: 'all have worked', path: () => 'memory', shows: /dependencies/ },
  { name: 'activity', act: 'all is merged', path: () => 'activity', shows: /codex/ },
];
