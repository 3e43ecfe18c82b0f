import { render } from 'ink-testing-library';
import { afterEach, expect, test, vi } from 'vitest';
import { displayWidth } from '../../../src/core/display-width.ts';
import type { Event } from '../../../src/schema/event.ts';
import type { LiveNews } from '../../../src/schema/live.ts';
import type { LiveSession } from '../../../src/schema/operations/live.ts';
import { type Subscribe, Watcher } from '../../../src/tui/watch/screen.tsx';
import { openWatchState, reduceWatch, type Shown } from '../../../src/tui/watch/state.ts';
import { eventOf } from '../cli/records.ts';

const DOWN = '\u001b[B';
const ENTER = '\r';
const ESCAPE = '\u001b';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const sessionId = (at: number): string => `ses_${String(at).padStart(32, '0')}`;

const sessionOf = (at: number, given: Partial<LiveSession> = {}): LiveSession => ({
  session: sessionId(at),
  agent: `agent-${at}`,
  role: null,
  parent: null,
  branch: 'main',
  title: `title ${at}`,
  prompt: `prompt ${at}`,
  last: { event: 'evt_1', at: 0, status: 'ok', what: `Bash step ${at}` },
  editing: [`src/file-${at}.ts`],
  claims: [],
  startedAt: 0,
  lastAt: 0,
  idleMs: 1_000,
  failures: 0,
  tokens: { input: 11_000, output: 1_000 },
  ...given,
});

const shownOf = (given: Partial<Shown> = {}): Shown => ({
  workspace: 'demo',
  branch: 'main',
  at: Date.now(),
  sessions: [sessionOf(1), sessionOf(2)],
  elsewhere: [],
  claims: [],
  recent: [eventOf(0)],
  ...given,
});

/** The screen, with a stream into which the test puts what comes. */
function openWatcher({ rows = 24, columns = 80, first = shownOf() } = {}) {
  const waiting: LiveNews[] = [];
  let wake = (): void => undefined;
  const tell = (news: LiveNews): void => {
    waiting.push(news);
    wake();
  };
  let say: (isLive: boolean) => void = () => undefined;
  const subscribe: Subscribe = async function* (signal, onState) {
    say = onState;
    while (!signal.aborted) {
      const news = waiting.shift();
      if (news !== undefined) yield news;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  };
  const load = async (): Promise<Shown> => first;
  const { lastFrame, stdin, unmount } = render(
    <Watcher {...{ first, load, subscribe, rows, columns }} isEverything={false} colour={false} />,
  );
  closing.push(unmount);
  const shown = (): string => lastFrame() ?? '';
  const shows = (expected: string | RegExp) =>
    vi.waitFor(() => expect(shown()).toMatch(expected), { timeout: 20_000 });
  return {
    shown,
    shows,
    tell: (event: Event) => tell({ event, cursor: '0' }),
    news: tell,
    state: (isLive: boolean) => say(isLive),
    press: async (keys: string, expected: string | RegExp) => {
      stdin.write(keys);
      await shows(expected);
    },
  };
}

test.each([
  [24, 80],
  [50, 200],
  [10, 40],
])('%i rows and %i columns are filled and not passed', (rows, columns) => {
  const sessions = Array.from({ length: 30 }, (_, at) =>
    sessionOf(at, { prompt: '日本'.repeat(200), editing: ['ж'.repeat(300)] }),
  );
  const recent = Array.from({ length: 60 }, (_, at) => eventOf(at, { text: '日本'.repeat(200) }));
  const lines = openWatcher({ rows, columns, first: shownOf({ sessions, recent }) })
    .shown()
    .split('\n');
  expect(lines.length).toBeLessThanOrEqual(rows);
  expect(lines.filter((line) => displayWidth(line) > columns)).toEqual([]);
  expect(lines[0]).toMatch(/^demo · main · 30 at work/);
  expect(lines[1]).toMatch(/^> agent-0 000000 · main · 1s · 12k tok/);
});

test('what comes is shown, failures marked, and who does what with its files', async () => {
  const { tell, shows, shown } = openWatcher();
  tell(eventOf(7, { id: `evt_${'7'.repeat(32)}`, status: 'failed', text: 'npm test broke' }));
  await shows(/✗ .*npm test broke/);
  expect(shown()).toMatch(/> agent-1 .*prompt 1\n {4}Bash step 1 .*edits src\/file-1\.ts/);
  expect(shown()).toMatch(/\n {2}agent-2 /);
});

test('Enter keeps the events of the marked session alone, Esc brings all back', async () => {
  const recent = [1, 2].map((at) =>
    eventOf(at, { id: `evt_${String(at).repeat(32)}`, session: sessionId(at), text: `told by ${at}` }),
  );
  const { press, shown } = openWatcher({ first: shownOf({ recent }) });
  await press(DOWN, /> agent-2/);
  await press(ENTER, /── only 000002/);
  expect(shown()).not.toContain('told by 1');
  expect(shown()).toContain('told by 2');
  await press(ESCAPE, /told by 1/);
});

test('/ keeps what has these letters', async () => {
  const recent = ['apple', 'pear'].map((text, at) =>
    eventOf(at, { id: `evt_${String(at).repeat(32)}`, text }),
  );
  const { press, shown } = openWatcher({ first: shownOf({ recent }) });
  await press(`/PEA${ENTER}`, /with "pea"/);
  expect(shown()).not.toContain('apple');
  await press('?', /only the events of this session/);
  await press('x', /pear/);
});

test('a pause keeps the screen as it is, and nothing is lost', async () => {
  const { press, tell, shows, shown } = openWatcher();
  await press(' ', /paused, 0 more/);
  tell(eventOf(8, { id: `evt_${'8'.repeat(32)}`, text: 'came late' }));
  await shows(/paused, 1 more/);
  expect(shown()).not.toContain('came late');
  await press(' ', /came late/);
});

test('it says when the daemon is away, and what was passed over', async () => {
  const { state, news, shows } = openWatcher();
  news({ ready: { branch: 'main' }, cursor: '0' });
  state(false);
  await shows(/the daemon is away: waiting/);
  state(true);
  news({ missed: { events: 12, from: '0' }, cursor: '0' });
  await shows(/12 passed over/);
});

test('text from a trace cannot drive the terminal', async () => {
  const evil = '\u001b[2J\u001b]0;x\u0007\u009b1m\u202eboo';
  const sessions = [
    sessionOf(1, {
      agent: evil,
      branch: evil,
      prompt: evil,
      editing: [evil],
      last: { event: evil, at: 0, status: 'ok', what: evil },
    }),
  ];
  const { shown, shows, tell } = openWatcher({ first: shownOf({ workspace: evil, branch: evil, sessions }) });
  tell(
    eventOf(9, {
      id: `evt_${'9'.repeat(32)}`,
      type: 'odd.thing',
      text: `${evil} it came`,
      actor: { kind: 'agent', name: evil },
    }),
  );
  await shows('it came');
  expect(shown().replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
});

test('an event is kept once, the latest stay, and what daemons tell each other is left out', () => {
  let state = openWatchState(shownOf({ recent: [] }), false);
  const many = Array.from({ length: 700 }, (_, at) =>
    eventOf(at, { id: `evt_${String(at).padStart(32, '0')}`, hlc: String(at).padStart(16, '0') }),
  );
  for (const event of many) state = reduceWatch(state, { type: 'came', events: [event] });
  state = reduceWatch(state, { type: 'came', events: many.slice(-20) });
  state = reduceWatch(state, {
    type: 'came',
    events: [eventOf(1, { id: 'evt_x', type: 'writer.observed' })],
  });
  expect(state.events.map(({ id }) => id)).toEqual(many.slice(-500).map(({ id }) => id));
});
