import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { installClient } from '../world/client-install.ts';
import { promptOf } from '../world/drafts.ts';
import { type Home, makeHome } from '../world/home.ts';
import { startMcp } from '../world/mcp.ts';
import { type Bridge, startBridge } from '../world/mcp-bridge.ts';

const installed = await installClient('@modelcontextprotocol/conformance@0.2.0-alpha.12', 'conformance');

const fixture = (what: string): string => `calls ${what} of the tool's own sample server`;
const http = 'is about HTTP, which Hivemind does not speak: agents start it on standard input and output';

/** Scenarios that have nothing to say about Hivemind, with the reason. Every other one has to pass. */
const notOurs: Readonly<Record<string, string>> = {
  'completion-complete': fixture('the prompt test_prompt_with_arguments'),
  'dns-rebinding-protection': http,
  'elicitation-sep1034-defaults': fixture('the tool test_elicitation_sep1034_defaults'),
  'elicitation-sep1330-enums': fixture('the tool test_elicitation_sep1330_enums'),
  'http-custom-header-server-validation': http,
  'http-header-validation': http,
  'input-required-result-basic-elicitation': fixture('a tool that asks for input'),
  'input-required-result-basic-list-roots': fixture('a tool that asks for roots'),
  'input-required-result-basic-sampling': fixture('a tool that asks for a model'),
  'input-required-result-capability-check': fixture('a tool that asks for input'),
  'input-required-result-multi-round': fixture('a tool that asks for input'),
  'input-required-result-multiple-input-requests': fixture('a tool that asks for input'),
  'input-required-result-non-tool-request': fixture('a prompt that asks for input'),
  'input-required-result-request-state': fixture('a tool that asks for input'),
  'input-required-result-result-type': fixture('a tool that asks for input'),
  'input-required-result-tampered-state': fixture('a tool that asks for input'),
  'json-schema-2020-12': fixture('the tool json_schema_2020_12_tool'),
  'logging-set-level': 'is about logging, which the protocol gives up and Hivemind does not offer',
  'prompts-get-embedded-resource': fixture('the prompt test_prompt_with_embedded_resource'),
  'prompts-get-simple': fixture('the prompt test_simple_prompt'),
  'prompts-get-with-args': fixture('the prompt test_prompt_with_arguments'),
  'prompts-get-with-image': fixture('the prompt test_prompt_with_image'),
  'resources-read-binary': fixture('the resource test://static-binary'),
  'resources-read-text': fixture('the resource test://static-text'),
  'resources-subscribe': 'subscribes to a resource; Hivemind says that it offers no subscriptions',
  'resources-templates-read': fixture('the resource test://template/123/data'),
  'resources-unsubscribe': 'subscribes to a resource; Hivemind says that it offers no subscriptions',
  'server-session-lifecycle': http,
  'server-stateless': 'has checks of both kinds: see the test of its own',
  'tools-call-audio': fixture('the tool test_audio_content'),
  'tools-call-elicitation': fixture('the tool test_elicitation'),
  'tools-call-embedded-resource': fixture('the tool test_embedded_resource'),
  'tools-call-error': fixture('the tool test_error_handling'),
  'tools-call-image': fixture('the tool test_image_content'),
  'tools-call-mixed-content': fixture('the tool test_multiple_content_types'),
  'tools-call-sampling': fixture('the tool test_sampling'),
  'tools-call-simple-text': fixture('the tool test_simple_text'),
  'tools-call-with-logging': fixture('the tool test_tool_with_logging'),
  'tools-call-with-progress': fixture('the tool test_tool_with_progress'),
};

let home: Home;
let bridge: Bridge;
let results: string;

beforeEach((context) => {
  if ('reason' in installed) context.skip(installed.reason);
});
beforeAll(async () => {
  if ('reason' in installed) return;
  home = makeHome();
  results = mkdtempSync(join(tmpdir(), 'hivemind-conformance-'));
  const repo = await home.repository('repo');
  await home.json(['workspace', 'create', 'w'], repo);
  await home.call('event.append', { workspace: 'w', events: promptOf('the parser chokes') });
  bridge = await startBridge(() => startMcp(home, repo));
}, 420_000);
afterAll(async () => {
  await bridge?.close();
  await home?.remove();
  if (results !== undefined) rmSync(results, { recursive: true, force: true });
});

async function conform(args: string[]): Promise<{ exitCode: number | undefined; all: string }> {
  const program = 'path' in installed ? installed.path : '';
  const done = await execa(program, ['server', '--url', bridge.url, ...args], {
    cwd: results,
    reject: false,
    all: true,
    timeout: 240_000,
  });
  return { exitCode: done.exitCode, all: done.all };
}

/** Scenarios of a run with whether they passed, from its last lines. */
const verdictsIn = (all: string): Map<string, boolean> =>
  new Map(
    [...all.matchAll(/^(✓|✗) ([\w-]+): \d+ passed/gm)].map(([, mark, name = '']) => [name, mark === '✓']),
  );

test.each(['2025-06-18', '2025-11-25', '2026-07-28'])(
  'the official conformance tool finds nothing wrong with MCP of %s',
  async (revision) => {
    const { all } = await conform(['--suite', 'all', '--spec-version', revision]);
    const verdicts = verdictsIn(all);
    expect(verdicts.size, all.slice(-2000)).toBeGreaterThan(20);
    const failed = [...verdicts].filter(([, passed]) => !passed).map(([name]) => name);
    expect(failed.filter((name) => notOurs[name] === undefined)).toEqual([]);
    const passed = [...verdicts].filter(([, ok]) => ok).map(([name]) => name);
    expect(passed).toEqual(expect.arrayContaining(['tools-list', 'resources-list', 'prompts-list']));
    process.stdout.write(`MCP ${revision}: ${passed.join(', ')} passed; ${failed.length} do not apply\n`);
  },
  300_000,
);

test('of the stateless era it finds wrong only what is about HTTP or about its own tools', async () => {
  await conform(['--scenario', 'server-stateless', '--spec-version', '2026-07-28', '-o', results]);
  const [folder = ''] = readdirSync(results).filter((name) => name.includes('server-stateless'));
  const checks = JSON.parse(readFileSync(join(results, folder, 'checks.json'), 'utf8')) as {
    id: string;
    status: string;
    errorMessage?: string;
  }[];
  const passed = checks.filter(({ status }) => status === 'SUCCESS').map(({ id }) => id);
  expect(passed).toEqual(
    expect.arrayContaining([
      'sep-2575-request-meta-invalid-missing-client-capabilities',
      'sep-2575-request-meta-client-info-optional',
      'sep-2575-server-implements-discover',
      'sep-2575-server-identifies-in-result-meta',
      'sep-2575-server-declares-prompts-in-discover',
      'sep-2575-discover-capabilities-match-handlers',
    ]),
  );
});
