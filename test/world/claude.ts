import { execa } from 'execa';
import { installClient } from './client-install.ts';
import type { Home, Outcome } from './home.ts';

/** The release that the adapter was last checked against. */
export const installClaude = (): ReturnType<typeof installClient> =>
  installClient('@anthropic-ai/claude-code@2.1.329', 'claude');

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
