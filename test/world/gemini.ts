import { execa } from 'execa';
import { installClient } from './client-install.ts';
import type { Home, Outcome } from './home.ts';

/** The release that the adapter was last checked against. */
export const installGemini = (): ReturnType<typeof installClient> =>
  installClient('@google/gemini-cli@0.61.0', 'gemini');

/** What a user has said once, so that Gemini CLI asks nothing. */
export const geminiSettings = {
  security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
  privacy: { usageStatisticsEnabled: false },
  general: { enableAutoUpdate: false },
};

/** Runs Gemini CLI in `cwd` with this home, an emptied environment and the scripted model at `url`. */
export async function runGemini(
  gemini: string,
  home: Home,
  cwd: string,
  url: string,
  args: string[],
): Promise<Outcome> {
  const done = await execa(gemini, args, {
    cwd,
    extendEnv: false,
    env: {
      ...home.env,
      TERM: 'xterm-256color',
      GEMINI_API_KEY: 'not-a-real-key',
      GOOGLE_GEMINI_BASE_URL: url,
    },
    input: '',
    reject: false,
    timeout: 120_000,
  });
  return { exitCode: done.exitCode ?? -1, stdout: done.stdout, stderr: done.stderr };
}
