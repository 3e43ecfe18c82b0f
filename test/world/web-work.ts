import { sessionId } from '../../src/schema/ids.ts';
import type { Drafts } from './drafts.ts';
import type { Home } from './home.ts';

type Draft = Drafts[number];
type Said = Pick<Draft, 'type'> & Partial<Draft>;

/** What would take over a page that believed it. Each of its parts would be seen to have run: it sets `hijacked`. */
export const hostileText = [
  '<script>globalThis.hijacked = 1</script>',
  '<img src=x onerror="globalThis.hijacked = 2">',
  '</script><svg onload="globalThis.hijacked = 3">',
  '[press](javascript:globalThis.hijacked=4)',
  '\u001b]0;hijacked\u0007\u001b[31mred\u001b[0m \u202egnp.exe\u202c \u2066hidden\u2069',
  '{{constructor.constructor("globalThis.hijacked=5")()}}',
].join('\n');

/** Drafts of one session, a second apart. */
export function work(agent: string, native: string, startAt: number, parent?: string) {
  const session = sessionId(agent, native);
  let count = 0;
  let restedMs = 0;
  const add = ({ type, ...more }: Said): Draft => {
    count += 1;
    return {
      type,
      agent,
      session,
      identity: { nativeId: `${native}-${count}`, phase: type },
      actor: { kind: 'agent', name: agent, model: agent === 'codex' ? 'gpt-5.2' : 'claude-opus' },
      at: startAt + restedMs + count * 1_000,
      ...more,
    };
  };
  return {
    session,
    /** Nothing happens for so long. */
    rested: (ms: number): Draft[] => {
      restedMs += ms;
      return [];
    },
    started: (role?: string) =>
      add({
        type: 'session.started',
        body: { nativeId: native, ...(parent === undefined ? {} : { parentSession: parent, role }) },
      }),
    prompted: (text: string) =>
      add({ type: 'turn.prompted', actor: { kind: 'human', name: 'dev' }, text, body: { prompt: text } }),
    replied: (text: string) =>
      add({
        type: 'turn.replied',
        text,
        body: { message: text, tokens: { input: 1200, output: 340, cacheRead: 9000 } },
      }),
    called: (command: string, output: string, failed = false) =>
      add({
        type: 'tool.called',
        status: failed ? 'failed' : 'ok',
        text: command,
        body: {
          tool: 'Bash',
          input: { command },
          [failed ? 'error' : 'output']: output,
          exitCode: failed ? 1 : 0,
          durationMs: 1400,
        },
      }),
    edited: (path: string, lines: string[]) =>
      add({
        type: 'file.edited',
        paths: [path],
        text: `updated ${path}`,
        body: {
          tool: 'Edit',
          path,
          change: 'updated',
          hunks: [
            {
              oldStart: 10,
              oldLines: lines.filter((line) => !line.startsWith('+')).length,
              newStart: 10,
              newLines: lines.filter((line) => !line.startsWith('-')).length,
              lines,
            },
          ],
        },
      }),
    other: add,
  };
}

/** Appends drafts, as many at a time as a call takes. */
export async function append(home: Home, workspace: string, drafts: Drafts): Promise<void> {
  for (let at = 0; at < drafts.length; at += 1000)
    await home.call('event.append', { workspace, events: drafts.slice(at, at + 1000) });
}

const diff = [
  ' export async function readSession(id: string): Promise<Session | null> {',
  '-  const row = cache.get(id);',
  '-  return row ?? null;',
  "+  const text = await redis.get('session:' + id);",
  '+  // An expired session is none.',
  '+  return text === null ? null : (JSON.parse(text) as Session);',
  ' }',
];

/** Two agents and a subagent that move sessions to Redis, beginning at `startAt`: 0 to about 150 s later. */
export function redisWork(startAt: number): { drafts: Drafts; main: string; child: string; codex: string } {
  const main = work('claude-code', 'redis-main', startAt);
  const child = work('claude-code', 'redis-child', startAt + 6_000, main.session);
  const codex = work('codex', 'redis-codex', startAt + 45_000);
  const drafts = [
    main.started(),
    main.prompted('Move the sessions from memory to Redis, and keep the expiry of thirty minutes.'),
    main.called(
      'rg -n "sessions" src',
      'src/session.ts:10:export async function readSession\nsrc/server.ts:44: sessions',
    ),
    main.replied('There are two readers. I look at the tests first, and let a helper find who writes.'),
    child.started('explorer'),
    child.prompted('Find every place that writes a session.'),
    child.called('rg -n "cache.set" src', 'src/login.ts:31\nsrc/logout.ts:12'),
    child.replied('Two places write: src/login.ts:31 and src/logout.ts:12.'),
    ...main.rested(8_000),
    main.edited('src/session.ts', diff),
    main.called(
      'npm test',
      'FAIL src/session.test.ts > expires after thirty minutes\nExpected null, got {"user":"ann"}',
      true,
    ),
    main.edited('src/login.ts', [
      '-  cache.set(id, session);',
      '+  await redis.set(key(id), text, "EX", 1800);',
    ]),
    main.called('npm test', 'Tests  48 passed (48)'),
    main.replied(
      'All sessions are in **Redis** now:\n\n- `readSession` reads them\n- `login` writes them with `EX 1800`',
    ),
    codex.started(),
    codex.prompted('Review what was done to the sessions.'),
    codex.called('git diff HEAD~1 --stat', ' src/session.ts | 5 ++---\n src/login.ts   | 2 +-'),
    codex.called('npm run lint', "src/login.ts:31 error  'key' is not defined", true),
    codex.edited('src/login.ts', ['+import { key } from "./session.ts";', ' ']),
    codex.replied('The import was missing. Everything else is as it should be.'),
  ];
  return { drafts, main: main.session, child: child.session, codex: codex.session };
}

/** A session in which everything that is shown is hostile, and one line has millions of characters, as many as an event holds. */
export function hostileWork(startAt: number): { drafts: Drafts; session: string } {
  const evil = work('evil<b>agent', 'hostile', startAt);
  const long = 'A<b>'.repeat(900_000);
  return {
    session: evil.session,
    drafts: [
      evil.started(),
      evil.prompted(hostileText),
      evil.called(hostileText, hostileText, true),
      evil.edited(`src/${hostileText.replaceAll('\n', ' ').slice(0, 200)}.ts`, [
        `-${hostileText}`,
        `+${hostileText}`,
      ]),
      evil.other({ type: 'strange.thing', text: hostileText, body: { [hostileText]: hostileText } }),
      evil.called('cat long', long),
      evil.replied(hostileText),
    ],
  };
}
