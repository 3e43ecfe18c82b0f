import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HookTarget } from '../../../../src/agents/agent.ts';
import { copilotCli } from '../../../../src/agents/copilot-cli/index.ts';

let configDir = '';
beforeEach(() => {
  configDir = mkdtempSync(join(tmpdir(), 'hivemind-copilot-'));
});
afterEach(() => rmSync(configDir, { recursive: true, force: true }));

const target = (scope: HookTarget['scope']): HookTarget => ({
  scope,
  configDir,
  userHome: '/home/me',
  environment: {},
  projectDir: '/home/me/ws',
  hookPath: '/opt/hook.sh',
  command: { command: '/opt/hivemind', args: [] },
  env: {},
});

test.each([
  [null, false],
  ['garbage', false],
  ['{"disableAllHooks": false}', false],
  ['{\n  // off\n  "disableAllHooks": true,\n}', true],
])('settings %j: hooks are off is %s', async (text, isOff) => {
  if (text !== null) writeFileSync(join(configDir, 'settings.json'), text);
  const said = await copilotCli.untrusted?.(target('user'));
  expect(said?.hint ?? null).toBe(
    isOff ? `set disableAllHooks to false in ${configDir}/settings.json` : null,
  );
});

test('a repository has to be trusted', () => {
  expect(copilotCli.notes?.(target('user'))).toEqual([]);
  expect(copilotCli.notes?.(target('project')).join()).toContain('trust');
});
