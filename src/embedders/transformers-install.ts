import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { AppError } from '../schema/app-error.ts';
import type { ProviderRoom } from './embedder.ts';

/** The version that the tests run; another one may give other vectors. */
const version = '4.3.1';
const installMs = 15 * 60_000;

/** Folder whose `node_modules` has transformers.js, once it is installed. */
export const packagesIn = (directory: string): string => join(directory, `transformers-${version}`);

/**
 * Installs transformers.js into a folder of ours, in one step. No script of any package runs, and the runtime's own
 * download of CUDA files, which plain `npm install` begins on Linux, is switched off: the files for the processor are in
 * the package.
 */
export async function installTransformers(room: ProviderRoom, signal?: AbortSignal): Promise<void> {
  const target = packagesIn(room.directory);
  if (existsSync(target)) return;
  const fresh = `${target}.${process.pid}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  try {
    await writeFile(join(fresh, 'package.json'), '{"private":true}\n');
    await runNpm(fresh, room, signal);
    await dropOtherSystems(fresh);
    await rename(fresh, target);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function runNpm(cwd: string, { env }: ProviderRoom, signal: AbortSignal | undefined): Promise<void> {
  const late = AbortSignal.timeout(installMs);
  const child = spawn(
    'npm',
    [
      'install',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      `@huggingface/transformers@${version}`,
    ],
    {
      cwd,
      env: {
        ...env,
        // The npm that belongs to this Node, where there is one.
        PATH: [dirname(process.execPath), env.PATH ?? ''].join(delimiter),
        ONNXRUNTIME_NODE_INSTALL: 'skip',
        ONNXRUNTIME_NODE_INSTALL_CUDA: 'skip',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
      signal: signal === undefined ? late : AbortSignal.any([signal, late]),
    },
  );
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [code, said] = await Promise.all([ended, text(child.stderr)]).catch((cause: unknown) => {
    throw failed(cause instanceof Error ? cause.message : String(cause), cause);
  });
  if (code !== 0) throw failed(said.trim().slice(-500) || `npm ended with ${code}`);
}

const failed = (why: string, cause?: unknown): AppError =>
  new AppError('UNAVAILABLE', `transformers.js could not be installed: ${why}`, {
    hint: 'it takes npm and its registry; `hivemind embedder set ollama` and `model2vec` need neither',
    cause,
  });

/** The runtime brings its files for five systems, 288 MB: one of them is of use here. */
async function dropOtherSystems(directory: string): Promise<void> {
  const bin = join(directory, 'node_modules', 'onnxruntime-node', 'bin');
  for (const abi of await readdir(bin).catch(() => [])) {
    await keepOnly(join(bin, abi), process.platform);
    await keepOnly(join(bin, abi, process.platform), process.arch);
  }
}

async function keepOnly(directory: string, wanted: string): Promise<void> {
  const names: string[] = await readdir(directory).catch(() => []);
  if (!names.includes(wanted)) return;
  for (const name of names)
    if (name !== wanted) await rm(join(directory, name), { recursive: true, force: true });
}
