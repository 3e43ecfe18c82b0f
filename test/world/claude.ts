import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Home, Outcome } from './home.ts';

/** The release that the adapter was last checked against. */
const release = '@anthropic-ai/claude-code@2.1.329';

/** Installs the real Claude Code from npm into the test cache once; a reason when that is not possible here. */
export async function installClaude(): Promise<{ path: string } | { reason: string }> {
  const cache = join(
    process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
    'hivemind-tests',
    release.replaceAll('/', '+'),
  );
  const path = join(cache, 'node_modules', '.bin', 'claude');
  if (!existsSync(path)) {
    mkdirSync(cache, { recursive: true });
    const done = await execa(
      'npm',
      ['install', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--prefix', cache, release],
      {
        reject: false,
        timeout: 300_000,
      },
    );
    if (done.exitCode !== 0)
      return { reason: `npm could not install ${release}: ${done.stderr.slice(-200)}` };
  }
  const works = await execa(path, ['--version'], { reject: false, timeout: 60_000 });
  return works.exitCode === 0
    ? { path }
    : { reason: `${release} does not run here: ${works.stderr.slice(-200)}` };
}

/** Runs Claude Code in `cwd` with this home, an emptied environment and the scripted model at `url`. */
export async function runClaude(
  claude: string,
  home: Home,
  cwd: string,
  url: string,
  args: string[],
): Promise<Outcome> {
  const done = await execa(claude, args, {
    cwd,
    extendEnv: false,
    env: {
      ...home.env,
      TERM: 'xterm-256color',
      IS_SANDBOX: '1',
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_API_KEY: 'not-a-real-key',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      DISABLE_TELEMETRY: '1',
    },
    input: '',
    reject: false,
    timeout: 120_000,
  });
  return { exitCode: done.exitCode ?? -1, stdout: done.stdout, stderr: done.stderr };
}
