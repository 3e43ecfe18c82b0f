import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export const checkout = resolve(import.meta.dirname, '../..');
export const installer = join(checkout, 'install.sh');

/** What this machine needs in the environment to reach the npm registry. */
const NETWORK =
  /^(https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|npm_config_(registry|cafile|globalconfig))$/i;

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end; `env` is all the environment that it gets. */
export function runProgram(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  input = '',
  cwd = tmpdir(),
): Promise<Outcome> {
  return new Promise((done, reject) => {
    const child = spawn(command, args, { env, cwd, stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => done({ code, stdout, stderr }));
    // A shell that stops reading early is one of the things under test.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** A throw-away HOME, and a folder first on PATH whose programs stand for another machine's. */
export class InstallWorld {
  readonly home = mkdtempSync(join(tmpdir(), 'hm-home-'));
  readonly shims = mkdtempSync(join(tmpdir(), 'hm-shim-'));

  /** The environment of a login on a machine whose Node is the one that runs this test. */
  env(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const { PATH, HOME } = process.env;
    return {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => NETWORK.test(name))),
      PATH: `${this.shims}:${dirname(process.execPath)}:${PATH}`,
      HOME: this.home,
      SHELL: '/bin/bash',
      npm_config_userconfig: process.env.npm_config_userconfig ?? join(HOME ?? '', '.npmrc'),
      npm_config_cache: process.env.npm_config_cache ?? join(HOME ?? '', '.npm'),
      ...extra,
    };
  }

  shim(name: string, script: string): void {
    writeFileSync(join(this.shims, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(this.shims, name), 0o755);
  }

  /** Makes `uname` answer for another machine. */
  pretendMachine(system: string, machine: string): void {
    this.shim('uname', `case $1 in -m) echo ${machine} ;; *) echo ${system} ;; esac`);
  }

  /** Makes the machine's Node say that it is 18. */
  pretendOldNode(): void {
    const script = join(this.shims, 'old-node.cjs');
    writeFileSync(
      script,
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } });\n",
    );
    this.shim('node', `exec '${process.execPath}' --require '${script}' "$@"`);
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
    rmSync(this.shims, { recursive: true, force: true });
  }
}

/** Serves one file on loopback over plain http for as long as `use` runs. */
export async function serveFile(file: string, use: (url: string) => Promise<void>): Promise<void> {
  const server = createServer((_, response) => response.end(readFileSync(file)));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hivemind.tgz`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

export const sha256Of = (file: string): string =>
  createHash('sha256').update(readFileSync(file)).digest('hex');

/**
 * Packs a release that npm installs in a second and without a registry: a program that notes its arguments in
 * `calls` of the Hivemind home, and keeps compiled code where the real one does.
 */
export async function packFake(folder: string, version: string): Promise<string> {
  const lancedb = { name: '@lancedb/lancedb', version: '0.0.0', main: 'index.js' };
  const about = { name: 'hivemind', version, dependencies: { '@lancedb/lancedb': 'file:lancedb' } };
  const packages = {
    '': about,
    lancedb: { name: lancedb.name, version: lancedb.version },
    'node_modules/@lancedb/lancedb': { resolved: 'lancedb', link: true },
  };
  const files = {
    'package.json': JSON.stringify(about, null, 2),
    'install-lock.json': JSON.stringify({ name: 'hivemind', version, lockfileVersion: 3, packages }),
    'lancedb/package.json': JSON.stringify(lancedb),
    'lancedb/index.js': '',
    'docs/reference/hivemind.1': '.TH HIVEMIND 1\n',
    'bin/hook.sh': '#!/bin/sh\n',
    'bin/run.js': `const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
const home = process.env.HIVEMIND_HOME || process.env.HOME + '/.hivemind';
appendFileSync(home + '/calls', process.argv.slice(2).join(' ') + '\\n');
mkdirSync(home + '/cache/compiled', { recursive: true });
writeFileSync(home + '/cache/compiled/${version}', '');
`,
  };
  const place = join(folder, version, 'package');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    writeFileSync(join(place, path), text);
  }
  const tarball = join(folder, `hivemind-${version}.tgz`);
  const { code, stderr } = await runProgram(
    'tar',
    ['-czf', tarball, '-C', dirname(place), 'package'],
    process.env,
  );
  if (code !== 0) throw new Error(stderr);
  return tarball;
}
