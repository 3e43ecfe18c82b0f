import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** Installs a real agent client from npm into the test cache once; a reason when that is not possible here. */
export async function installClient(
  release: string,
  program: string,
): Promise<{ path: string } | { reason: string }> {
  const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const cache = join(caches, 'hivemind-tests', release.replaceAll('/', '+'));
  const path = join(cache, 'node_modules', '.bin', program);
  if (!existsSync(path)) {
    mkdirSync(cache, { recursive: true });
    const quiet = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund'];
    const done = await execa('npm', ['install', ...quiet, '--prefix', cache, release], {
      reject: false,
      timeout: 300_000,
    });
    if (done.exitCode !== 0)
      return { reason: `npm could not install ${release}: ${done.stderr.slice(-200)}` };
  }
  const works = await execa(path, ['--version'], { reject: false, timeout: 60_000 });
  return works.exitCode === 0
    ? { path }
    : { reason: `${release} does not run here: ${works.stderr.slice(-200)}` };
}
