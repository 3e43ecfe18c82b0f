import { execa } from 'execa';
import { installClient } from './client-install.ts';
import type { Home, Outcome } from './home.ts';

/** The release that the adapter was last checked against. */
export const installCopilot = (): ReturnType<typeof installClient> =>
  installClient('@github/copilot@1.0.102', 'copilot');

/** Runs Copilot CLI in `cwd` with this home, an emptied environment and the scripted model at `url`. */
export async function runCopilot(
  copilot: string,
  home: Home,
  cwd: string,
  url: string,
  args: string[],
): Promise<Outcome> {
  const done = await execa(copilot, args, {
    cwd,
    extendEnv: false,
    env: {
      ...home.env,
      TERM: 'xterm-256color',
      COPILOT_OFFLINE: 'true',
      COPILOT_AUTO_UPDATE: 'false',
      COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
      COPILOT_PROVIDER_TYPE: 'openai',
      COPILOT_PROVIDER_API_KEY: 'not-a-real-key',
      COPILOT_MODEL: 'scripted',
    },
    input: '',
    reject: false,
    timeout: 120_000,
  });
  return { exitCode: done.exitCode ?? -1, stdout: done.stdout, stderr: done.stderr };
}
