import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { toolsNamed } from '../../src/schema/tools/index.ts';
import { installClient } from '../world/client-install.ts';
import { promptOf } from '../world/drafts.ts';
import { type Home, makeHome, packageRoot } from '../world/home.ts';

const installed = await installClient('@modelcontextprotocol/inspector@2.12.0', 'mcp-inspector');

let home: Home;
let repo: string;

beforeEach((context) => {
  if ('reason' in installed) context.skip(installed.reason);
});
beforeAll(async () => {
  if ('reason' in installed) return;
  home = makeHome();
  repo = await home.repository('repo');
  await home.json(['workspace', 'create', 'w'], repo);
  await home.call('event.append', {
    workspace: 'w',
    events: promptOf('the parser chokes on trailing commas'),
  });
}, 420_000);
afterAll(() => home?.remove());

async function inspect(...args: string[]): Promise<Record<string, unknown>> {
  const program = 'path' in installed ? installed.path : '';
  const server = [process.execPath, join(packageRoot, 'bin', 'run.js'), 'mcp'];
  const done = await execa(program, ['--cli', ...server, ...args], {
    cwd: repo,
    env: home.env,
    extendEnv: false,
    reject: false,
    timeout: 120_000,
  });
  expect(done, done.stderr).toMatchObject({ exitCode: 0 });
  return JSON.parse(done.stdout) as Record<string, unknown>;
}

test("the MCP Inspector's command line lists and calls what there is", async () => {
  const { tools } = (await inspect('--method', 'tools/list')) as { tools: { name: string }[] };
  expect(tools.map(({ name }) => name)).toEqual(toolsNamed(undefined).names);
  const call = ['--method', 'tools/call', '--tool-name', 'recall', '--tool-arg', 'query=trailing commas'];
  const answer = (await inspect(...call)) as { structuredContent: { cards: { asked: string }[] } };
  expect(answer.structuredContent.cards[0]?.asked).toContain('trailing commas');
  const { resources } = (await inspect('--method', 'resources/list')) as { resources: { uri: string }[] };
  expect(resources.map(({ uri }) => uri)).toContain('hivemind://plan');
  const read = await inspect('--method', 'resources/read', '--uri', 'hivemind://brief');
  expect(JSON.stringify(read)).toContain('trailing commas');
  const { prompts } = (await inspect('--method', 'prompts/list')) as { prompts: { name: string }[] };
  expect(prompts.map(({ name }) => name)).toEqual(['brief', 'handoff']);
}, 300_000);
