import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { captureRow, guideRow } from '../world/capture-row.ts';
import { codexConfig, installCodex, runCodex, writeCodexConfig } from '../world/codex.ts';
import { eventually, makeHome } from '../world/home.ts';
import { startModelServer } from '../world/model-server.ts';

const installed = await installCodex();
const codex = 'path' in installed ? installed.path : '';

const failingCommand = 'echo "ParserError: unexpected token at line 7" >&2; exit 3';
type Shown = OutputOf<'session.show'>;

const patch = (...lines: string[]): string => ['*** Begin Patch', ...lines, '*** End Patch', ''].join('\n');

const scripts = {
  work: [
    {
      text: 'I look around first.',
      tools: [{ name: 'exec_command', input: { cmd: 'echo hello-from-shell' } }],
    },
    {
      text: 'Writing.',
      tools: [
        {
          name: 'apply_patch',
          input: {},
          custom: patch(
            '*** Add File: src/util.ts',
            '+export const add = (a: number, b: number) => a - b;',
            '*** Update File: README.md',
            '@@',
            '-# parser',
            '+# the parser',
          ),
        },
      ],
    },
    { text: 'Testing.', tools: [{ name: 'exec_command', input: { cmd: failingCommand } }] },
    {
      text: 'Patching what is not there.',
      tools: [
        { name: 'apply_patch', input: {}, custom: patch('*** Update File: nope.ts', '@@', '-x', '+y') },
      ],
    },
    {
      text: 'Asking memory.',
      tools: [{ name: 'recall', namespace: 'mcp__hivemind', input: { query: 'hello from shell' } }],
    },
    {
      text: 'Delegating.',
      tools: [
        {
          name: 'spawn_agent',
          namespace: 'multi_agent_v1',
          input: { message: 'SCRIPT:explore please', agent_type: 'explorer' },
        },
      ],
    },
    {
      tools: [
        {
          name: 'wait_agent',
          namespace: 'multi_agent_v1',
          input: { targets: ['{{AGENT}}'], timeout_ms: 20_000 },
        },
      ],
    },
    { text: 'All done: add() is there.' },
  ],
  explore: [
    { text: 'Looking.', tools: [{ name: 'exec_command', input: { cmd: 'cat README.md' } }] },
    { text: 'Report: there is a readme.' },
  ],
};

/** A home with a workspace, Codex connected to it, and the scripted model. */
async function makeWorld() {
  const home = makeHome();
  home.env.PATH = `${dirname(codex)}:${home.env.PATH}`;
  const repository = await home.repository('parser');
  const model = await startModelServer(scripts);
  const config = writeCodexConfig(home, model.url);
  await home.json(['workspace', 'create', 'parser'], repository);
  const connect = (...more: string[]) =>
    home.json<OutputOf<'agent.connect'>>(['connect', 'codex', '--workspace', 'parser', ...more], repository);
  const run = (...args: string[]) => runCodex(codex, home, repository, ['exec', ...args]);
  const remove = async (): Promise<void> => {
    await model.close();
    await home.remove();
  };
  return { home, repository, model, config, connect, run, remove };
}

/** Facts of a session that both ways of capture have to give. */
function expectWork(shown: Shown): void {
  const facts = shown.events
    .filter(({ type }) => ['tool.called', 'file.edited', 'turn.prompted'].includes(type))
    .map(({ type, status, body, paths, actor }) => ({
      type,
      status,
      tool: body.tool,
      exitCode: body.exitCode,
      paths,
      by: actor.kind,
    }));
  const one = (wanted: object): void =>
    expect(
      facts.filter((fact) => isLike(fact, wanted)),
      JSON.stringify(wanted),
    ).toHaveLength(1);
  one({ type: 'turn.prompted', by: 'human' });
  one({ type: 'tool.called', tool: 'Bash', status: 'ok', exitCode: 0 });
  one({ type: 'tool.called', tool: 'Bash', status: 'failed', exitCode: 3 });
  one({ type: 'file.edited', tool: 'Write', status: 'ok', paths: ['src/util.ts'] });
  one({ type: 'file.edited', tool: 'Edit', status: 'ok', paths: ['README.md'] });
  one({ type: 'tool.called', tool: 'Edit', status: 'failed', paths: ['nope.ts'] });
  one({ type: 'tool.called', tool: 'mcp__hivemind__recall', status: 'ok' });
  one({ type: 'tool.called', tool: 'Agent', status: 'ok' });
  const last = shown.events.filter(({ type }) => type === 'turn.replied').at(-1);
  expect(last?.body).toMatchObject({
    message: 'All done: add() is there.',
    final: true,
    tokens: { input: 30, output: 12, cacheRead: 90 },
  });
  expect(last?.actor).toMatchObject({ kind: 'agent', name: 'codex', model: 'gpt-5.5' });
}

const isLike = (fact: Record<string, unknown>, wanted: object): boolean =>
  Object.entries(wanted).every(([key, value]) => JSON.stringify(fact[key]) === JSON.stringify(value));

describe('the real Codex', () => {
  beforeEach((context) => {
    if ('reason' in installed) context.skip(installed.reason);
  });

  describe('whose hooks are trusted', () => {
    let world: Awaited<ReturnType<typeof makeWorld>>;
    let shown: Shown;
    let row: string[] = [];
    const show = (id?: string) =>
      world.home.json<Shown>(['session', 'show', ...(id === undefined ? [] : [id])], world.repository);

    beforeAll(async () => {
      if ('reason' in installed) return;
      world = await makeWorld();
      const connected = await world.connect('--trust-hooks', '--yes');
      expect(connected.agents.flatMap(({ notes }) => notes).join('\n')).toContain('trusts 10 hooks');
      const done = await world.run('SCRIPT:work please add add()');
      expect(done, done.stderr).toMatchObject({ exitCode: 0 });
      shown = await eventually(
        async () => {
          const found = await show().catch(() => null);
          const isWhole = found?.session.endedAt && found.events.some(({ body }) => body.final === true);
          return isWhole && found.children[0]?.counts['tool.called'] ? found : null;
        },
        'the session to be captured to its end',
        30_000,
      );
    }, 420_000);
    afterAll(() => world?.remove());

    test('every prompt, call, edit, failure and the subagent are there with the right outcome', async () => {
      expectWork(shown);
      const types = shown.events.map(({ type }) => type);
      expect(types.filter((type) => type === 'session.started')).toHaveLength(1);
      expect(types.filter((type) => type === 'session.ended')).toHaveLength(1);
      expect(shown.children).toHaveLength(1);
      const child = await show(shown.children[0]?.id);
      expect(child.session).toMatchObject({ parent: shown.session.id, role: 'explorer' });
      expect(child.events.filter(({ type }) => type === 'tool.called').map(({ status }) => status)).toEqual([
        'ok',
      ]);
      expect(
        child.events.filter(({ type, actor }) => type === 'turn.prompted' && actor.kind === 'human'),
      ).toEqual([]);
      const callIds = shown.events.flatMap(({ body, paths }) =>
        typeof body.callId === 'string' ? [`${body.callId} ${paths.join()}`] : [],
      );
      expect(callIds.length).toBe(new Set(callIds).size);
    });

    test('the next session is told at its start, and importing adds nothing', async () => {
      const all = () => world.home.call('event.export', { workspace: 'parser', limit: 10_000 });
      const live = (await all()).events;
      await world.home.json(['import'], world.repository);
      row = captureRow(live, (await all()).events);
      expect(await world.home.json(['import'], world.repository)).toMatchObject({ appended: 0 });
      const before = world.model.requests.length;
      const done = await world.run('SCRIPT:hello');
      expect(done, done.stderr).toMatchObject({ exitCode: 0 });
      const told = world.model.requests.slice(before).join('\n');
      expect(told).toContain('hivemind-record');
      expect(told).toContain('ParserError: unexpected token at line 7');
    });

    test('the guide says what was captured, and how', () => {
      const isBriefed = world.model.requests.some((request) => request.includes('hivemind-record'));
      const whole = [...row, isBriefed ? 'yes' : 'not possible'];
      expect(guideRow('Codex', whole)).toEqual(whole);
    });

    test('what we told it does not come back as something that was said', async () => {
      await world.home.json(['import'], world.repository);
      const { events } = await show();
      expect(events.filter(({ text }) => text.includes('hivemind-record'))).toEqual([]);
    });

    test('a command that changes is to be trusted anew, and connect says so', async () => {
      const missing = async () => {
        const status = await world.home.json<OutputOf<'status.show'>>(['status'], world.repository);
        return status.agents.find(({ agent }) => agent === 'codex')?.missing;
      };
      expect(await missing()).toEqual([]);
      const hooks = join(world.home.dir, '.codex', 'hooks.json');
      // As an older installation wrote it, at another place.
      const text = readFileSync(hooks, 'utf8').replaceAll('/bin/hook.sh', '/old/bin/hook.sh');
      writeFileSync(hooks, text);
      expect(await missing()).toContain('hook Stop');
      const again = await world.connect();
      expect(again.agents.flatMap(({ notes }) => notes).join()).toContain('new or changed hooks');
      await world.connect('--trust-hooks', '--yes');
      expect(await missing()).toEqual([]);
      // A change that the settings alone do not show: only Codex knows.
      const doctor = async () => (await world.home.hivemind(['doctor'], { cwd: world.repository })).stdout;
      expect(await doctor()).not.toContain('--trust-hooks');
      writeFileSync(hooks, readFileSync(hooks, 'utf8').replace('"timeout": 10', '"timeout": 9'));
      expect(await missing()).toEqual([]);
      expect(await doctor()).toContain('--trust-hooks');
      const config = readFileSync(world.config, 'utf8');
      expect(config).toContain('# on loopback');
      expect(config.match(/trusted_hash/g)).toHaveLength(10);
    });

    test('disconnect gives the settings back byte for byte, without the trust', async () => {
      await world.home.json(['disconnect', 'codex'], world.repository);
      expect(readFileSync(world.config, 'utf8')).toBe(codexConfig(world.model.url));
      expect(existsSync(join(world.home.dir, '.codex', 'hooks.json'))).toBe(false);
    });
  });

  describe('whose hooks nobody has trusted', () => {
    let world: Awaited<ReturnType<typeof makeWorld>>;

    beforeAll(async () => {
      if ('reason' in installed) return;
      world = await makeWorld();
      const { agents } = await world.connect();
      expect(agents.flatMap(({ notes }) => notes).join()).toContain('/hooks');
      const done = await world.run('SCRIPT:work please add add()');
      expect(done, done.stderr).toMatchObject({ exitCode: 0 });
    }, 420_000);
    afterAll(() => world?.remove());

    test('nothing is told, everything is captured from the rollout, and status says why', async () => {
      expect(world.model.requests.join('\n')).not.toContain('hivemind-record');
      const shown = await eventually(
        async () => {
          const found = await world.home.json<Shown>(['session', 'show'], world.repository).catch(() => null);
          const isWhole = found?.events.some(({ body }) => body.final === true);
          return isWhole && found?.children[0]?.counts['tool.called'] ? found : null;
        },
        'the rollout to be followed to its end',
        // The folder of the rollouts is new: the daemon looks for new ones twice a minute.
        90_000,
      );
      expectWork(shown);
      expect(shown.children).toHaveLength(1);
      const status = await world.home.json<OutputOf<'status.show'>>(['status'], world.repository);
      expect(status.agents.find(({ agent }) => agent === 'codex')?.missing.join()).toContain('trust');
    }, 120_000);

    test('trust needs an explicit yes', async () => {
      const refused = await world.home.hivemind(['connect', 'codex', '--trust-hooks'], {
        cwd: world.repository,
      });
      expect(refused.exitCode).toBe(2);
      expect(refused.stderr).toContain('--yes');
      expect(readFileSync(world.config, 'utf8')).not.toContain('trusted_hash');
    });
  });
});
