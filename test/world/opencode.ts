import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { installClient } from './client-install.ts';
import type { Home, Outcome } from './home.ts';

const version = '1.18.33';

/** The release that the adapter was last checked against. */
export const installOpenCode = (): ReturnType<typeof installClient> =>
  installClient(`opencode-ai@${version}`, 'opencode');

/** A configuration of OpenCode with the scripted model at `url`, with a comment as people write them. */
export const openCodeConfig = (url: string): string => `{
  // The scripted model.
  "$schema": "https://opencode.ai/config.json",
  "model": "scripted/gpt-4o",
  "small_model": "scripted/gpt-4o",
  "autoupdate": false,
  "share": "disabled",
  "provider": {
    "scripted": {
      "npm": "@ai-sdk/openai-compatible",
      "name": "Scripted",
      "options": { "baseURL": "${url}/v1", "apiKey": "not-a-real-key" },
      "models": {
        "gpt-4o": {
          "name": "Scripted",
          "tool_call": true,
          "cost": { "input": 2, "output": 10 },
          "limit": { "context": 100000, "output": 8000 },
        },
      },
    },
  },
  "permission": { "edit": "allow", "webfetch": "allow", "bash": { "*": "allow", "rm *": "deny" } },
}
`;

/**
 * Makes the folder of OpenCode's settings. Where any plugin is there OpenCode installs its plugin package from npm
 * first, and without a network its first prompt waits for that for more than a minute; a lock file that names the
 * package, beside a folder for it, tells it that this was done.
 */
export function makeOpenCodeSettings(home: Home, url: string): string {
  const folder = join(home.dir, '.config', 'opencode');
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  const dependencies = { '@opencode-ai/plugin': version };
  const lock = { name: 'opencode', lockfileVersion: 3, packages: { '': { dependencies } } };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
  const path = join(folder, 'opencode.jsonc');
  writeFileSync(path, openCodeConfig(url));
  return path;
}

/** Runs OpenCode in `cwd` with this home and an emptied environment. */
export async function runOpenCode(
  openCode: string,
  home: Home,
  cwd: string,
  args: string[],
): Promise<Outcome> {
  const done = await runOnce(openCode, home, cwd, args);
  // Its own database, while the one before it is still ending: that has nothing to do with us.
  return done.stderr.includes('database is locked') ? runOnce(openCode, home, cwd, args) : done;
}

async function runOnce(openCode: string, home: Home, cwd: string, args: string[]): Promise<Outcome> {
  const done = await execa(openCode, args, {
    cwd,
    extendEnv: false,
    env: {
      ...home.env,
      TERM: 'xterm-256color',
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    },
    input: '',
    reject: false,
    timeout: 90_000,
  });
  return { exitCode: done.exitCode ?? -1, stdout: done.stdout, stderr: done.stderr };
}
