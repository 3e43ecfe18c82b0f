import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';
import { callTool, openLegacy, startMcp } from '../world/mcp.ts';

interface Side {
  name: string;
  cwd: string;
  /** A word that only this side's events hold. */
  mark: string;
  native: string;
  session: string;
  events: string[];
}

let home: Home;
const sides: Side[] = [];

/** Both sides are asked the same words: whatever crosses the wall is found by its mark. */
async function makeSide(name: string, mark: string): Promise<Side> {
  const cwd = await home.repository(name);
  await home.json(['workspace', 'create', name], cwd);
  const native = `native-of-${name}`;
  const common = { session_id: native, cwd, prompt_id: `prompt-${name}`, transcript_path: '/x' };
  const payloads: [string, object][] = [
    ['SessionStart', { source: 'startup' }],
    ['UserPromptSubmit', { prompt: `why does the parser test fail, ${mark}` }],
    [
      'PostToolUseFailure',
      {
        tool_name: 'Bash',
        tool_input: { command: `npm test # ${mark}` },
        tool_use_id: `toolu_${name}`,
        error: `Exit code 1\nparser: unexpected comma ${mark}`,
      },
    ],
    ['Stop', { last_assistant_message: `the parser is fixed ${mark}` }],
  ];
  for (const [event, payload] of payloads) {
    const { exitCode } = await home.hook(event, JSON.stringify({ ...common, ...payload }), cwd);
    expect(exitCode).toBe(0);
  }
  const { session, events } = await eventually(async () => {
    const shown = await home.call('session.show', { workspace: name, session: native }).catch(() => null);
    return shown !== null && shown.events.length >= payloads.length && shown;
  }, `the events of ${name}`);
  return { name, cwd, mark, native, session: session.id, events: events.map(({ id }) => id) };
}

beforeAll(async () => {
  home = makeHome();
  for (const [name, mark] of [
    ['left', 'quokkaleft'],
    ['right', 'wombatright'],
  ] as const)
    sides.push(await makeSide(name, mark));
});
afterAll(() => home.remove());

const pairs = (): [Side, Side][] => {
  const [left, right] = sides;
  if (left === undefined || right === undefined) throw new Error('there are not two sides');
  return [
    [left, right],
    [right, left],
  ];
};

/** Everything that would betray the other side. */
const traces = ({ mark, cwd, native, session, events }: Side): string[] => [
  mark,
  cwd,
  native,
  session,
  ...events,
];

function expectNothingOf(other: Side, text: string, where: string): void {
  for (const trace of traces(other)) expect(text, where).not.toContain(trace);
}

describe('a workspace is a wall', () => {
  test('for every command that reads', async () => {
    for (const [own, other] of pairs()) {
      const commands = [
        ['recall', 'why does the parser test fail'],
        ['recall', 'unexpected comma', '--limit', '50', '--budget', '20000'],
        ['session', 'list'],
        ['session', 'show'],
        ['session', 'show', own.native],
        ['replay', '--text'],
        ['brief'],
        ['workspace', 'show'],
        ['show', own.events[2] ?? ''],
      ];
      for (const args of commands) {
        for (const more of [[], ['--json']]) {
          const { exitCode, stdout, stderr } = await home.hivemind([...args, ...more], { cwd: own.cwd });
          expect(exitCode, `${args.join(' ')}: ${stderr}`).toBe(0);
          expectNothingOf(other, stdout + stderr, args.join(' '));
        }
      }
      const recalled = await home.json<OutputOf<'recall.search'>>(
        ['recall', 'why does the parser test fail'],
        own.cwd,
      );
      expect(JSON.stringify(recalled.cards)).toContain(own.mark);
      expect((await home.hivemind(['brief'], { cwd: own.cwd })).stdout).toContain(own.mark);
      expect((await home.hivemind(['replay', '--text'], { cwd: own.cwd })).stdout).toContain(own.mark);
    }
  });

  test('for whoever knows the other side’s ids and words', async () => {
    for (const [own, other] of pairs()) {
      const [event = ''] = other.events;
      for (const args of [
        ['show', event],
        ['show', event.slice(-12)],
        ['session', 'show', other.session],
        ['session', 'show', other.session.slice(-12)],
        ['session', 'show', other.native],
        ['replay', '--text', other.native],
        ['replay', '--text', other.session],
      ]) {
        const { exitCode, stdout, stderr } = await home.hivemind(args, { cwd: own.cwd });
        expect([args.join(' '), exitCode, stdout]).toEqual([args.join(' '), 1, '']);
        expect(stderr).not.toContain(other.mark);
      }
      const words = await home.json<OutputOf<'recall.search'>>(['recall', other.mark], own.cwd);
      expect([words.cards, words.matched]).toEqual([[], 0]);
      const brief = await home.json<OutputOf<'brief.show'>>(['brief', '--session', other.session], own.cwd);
      expect(brief.text).not.toContain(other.mark);
    }
  });

  test('for an agent’s tools and for the brief that its hook prints', async () => {
    for (const [own, other] of pairs()) {
      const mcp = startMcp(home, own.cwd);
      await openLegacy(mcp);
      const [event = ''] = other.events;
      // A model may make up arguments that the schema does not have.
      const reach = { workspace: other.name, cwd: other.cwd };
      const recalled = await callTool(mcp, 'recall', { query: 'why does the parser test fail', ...reach });
      const asked = [
        recalled,
        await callTool(mcp, 'recall', { query: other.mark, ...reach }),
        await callTool(mcp, 'status', { limit: 1000, ...reach }),
      ];
      for (const { text, isError } of asked) {
        expect(isError).toBe(false);
        expectNothingOf(other, text, 'mcp');
      }
      expect(recalled.text).toContain(own.mark);
      const shown = await callTool(mcp, 'show', { id: event, ...reach });
      expect(shown.isError).toBe(true);
      expect(shown.text).not.toContain(other.mark);
      mcp.end();

      const start = { session_id: 'a-new-one', cwd: own.cwd, source: 'startup', transcript_path: '/x' };
      const { stdout } = await home.hook('SessionStart', JSON.stringify(start), own.cwd);
      expect(stdout).toContain(own.mark);
      expectNothingOf(other, stdout, 'the brief of SessionStart');
    }
  });

  test('for a session that moves from one checkout to the other', async () => {
    const [[own, other]] = pairs() as [[Side, Side], [Side, Side]];
    // Claude's session keeps its id when its shell changes the directory: what is done there belongs there.
    const payload = {
      session_id: own.native,
      cwd: other.cwd,
      prompt_id: 'prompt-moved',
      tool_name: 'Bash',
      tool_input: { command: 'echo moved' },
      tool_use_id: 'toolu_moved',
      tool_response: { stdout: 'moved', stderr: '' },
    };
    await home.hook('PostToolUse', JSON.stringify(payload), other.cwd);
    await eventually(
      async () =>
        home.call('session.show', { workspace: other.name, session: own.session }).catch(() => null),
      'the call in the other checkout',
    );
    const there = await home.call('session.show', { workspace: other.name, session: own.session });
    expect(there.events.map(({ body }) => body.callId)).toEqual(['toolu_moved']);
    expect(JSON.stringify(there)).not.toContain(own.mark);
    const here = await home.call('session.show', { workspace: own.name, session: own.native });
    expect(here.events.map(({ body }) => body.callId)).not.toContain('toolu_moved');
  });
});
