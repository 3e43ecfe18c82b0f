import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { installClient } from './client-install.ts';
import type { Home, Outcome } from './home.ts';

/** The release that the adapter was last checked against. */
export const installCodex = (): ReturnType<typeof installClient> =>
  installClient('@openai/codex@0.169.0', 'codex');

/** The user's own settings, as they are before we come: the scripted model at `url`, and a comment. */
export const codexConfig = (url: string): string => `# my settings
model = "gpt-5.5"
model_provider = "scripted"
approval_policy = "never"
sandbox_mode = "danger-full-access"

[model_providers.scripted] # on loopback
name = "Scripted"
base_url = "${url}/v1"
env_key = "SCRIPTED_KEY"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0

[analytics]
enabled = false
`;

export function writeCodexConfig(home: Home, url: string): string {
  const path = join(home.dir, '.codex', 'config.toml');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, codexConfig(url));
  return path;
}

/** What Codex writes down when a person says on its first screen that they trust the repository. */
export function trustProject(configPath: string, repository: string): void {
  if (!existsSync(configPath)) throw new Error('no config.toml');
  appendFileSync(configPath, `\n[projects."${repository}"]\ntrust_level = "trusted"\n`);
}

/** Runs `codex` with this home and an emptied environment. */
export async function runCodex(codex: string, home: Home, cwd: string, args: string[]): Promise<Outcome> {
  const done = await execa(codex, args, {
    cwd,
    extendEnv: false,
    env: { ...home.env, TERM: 'xterm-256color', SCRIPTED_KEY: 'not-a-real-key' },
    input: '',
    reject: false,
    timeout: 120_000,
  });
  return { exitCode: done.exitCode ?? -1, stdout: done.stdout, stderr: done.stderr };
}
