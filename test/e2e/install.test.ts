import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from './hook-peer.ts';
import { checkout, InstallWorld, installer, runProgram, serveFile, sha256Of } from './install-world.ts';

let world: InstallWorld;
beforeEach(() => {
  world = new InstallWorld();
});
afterEach(() => world.remove());

const install = (args: string[] = [], extra: NodeJS.ProcessEnv = {}, shell = 'sh') =>
  runProgram(shell, [installer, ...args], world.env(extra));

for (const shell of ['dash', 'bash', 'zsh']) {
  describe(`install.sh under ${shell}`, () => {
    beforeEach((context) => {
      if (!findProgram(shell)) context.skip(`${shell} is not on this machine`);
    });

    it('explains itself', async () => {
      const help = await install(['--help'], {}, shell);
      expect(help).toMatchObject({ code: 0, stderr: '' });
      for (const word of ['--try', '--uninstall', '--purge', 'HIVEMIND_HOME', 'HIVEMIND_PACKAGE_SHA256'])
        expect(help.stdout).toContain(word);
      expect(await install(['--nonsense'], {}, shell)).toMatchObject({ code: 1 });
      expect(await install(['--purge'], {}, shell)).toMatchObject({ code: 1 });
      expect(readdirSync(world.home)).toEqual([]);
    });

    it.each([
      ['Darwin', 'x86_64', /Intel/],
      ['MINGW64_NT-10.0', 'x86_64', /Windows/],
      ['FreeBSD', 'amd64', /FreeBSD on amd64 is not supported/],
      ['Linux', 'riscv64', /Linux on riscv64 is not supported/],
    ])('refuses %s on %s', async (system, machine, message) => {
      world.pretendMachine(system, machine);
      const refused = await install([], {}, shell);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(message);
      expect(readdirSync(world.home)).toEqual([]);
    });

    it('does nothing when the download is cut short', async () => {
      const script = readFileSync(installer, 'utf8');
      const start = script.lastIndexOf('\n{ main ');
      const cuts = new Set(Array.from({ length: 24 }, (_, i) => Math.floor((start * (i + 1)) / 25)));
      for (let at = start; at < script.trimEnd().length; at += 1) cuts.add(at);
      for (const at of cuts) {
        const cut = await runProgram(shell, ['-s', '--', '--help'], world.env(), script.slice(0, at));
        expect(`${at}: ${cut.stdout}`).toBe(`${at}: `);
      }
      expect(readdirSync(world.home)).toEqual([]);
      const whole = await runProgram(shell, ['-s', '--', '--help'], world.env(), script);
      expect(whole.stdout).toContain('--uninstall');
    });

    it('says that there is no release yet when it is piped', async () => {
      const piped = await runProgram(shell, ['-s'], world.env(), readFileSync(installer, 'utf8'));
      expect(piped.code).toBe(1);
      expect(piped.stderr).toMatch(/no published release/);
      expect(readdirSync(world.home)).toEqual([]);
    });
  });
}

describe('install.sh', () => {
  it('refuses a machine for which it could bring no Node', async () => {
    world.pretendMachine('Linux', 'aarch64');
    world.shim('ldd', 'echo "musl libc (aarch64)" >&2; exit 1');
    world.pretendOldNode();
    writeFileSync(join(world.home, 'p.tgz'), '');
    const refused = await install([], { HIVEMIND_PACKAGE: join(world.home, 'p.tgz') });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/no Node package for linux-arm64-musl/);
    expect(readdirSync(world.home)).toEqual(['p.tgz']);
  });

  it('downloads over https only, over http from this machine itself', async () => {
    for (const url of [
      'http://example.com/h.tgz',
      'http://127.0.0.1@example.com/h.tgz',
      'http://127.0.0.1.example.com/h.tgz',
      'ftp://localhost/h.tgz',
      'file:///etc/passwd',
    ]) {
      const refused = await install([], { HIVEMIND_PACKAGE: url });
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/only https is allowed/);
    }
    expect(readdirSync(world.home)).toEqual([]);
  });

  it('installs nothing whose checksum is wrong, or that is no release', async () => {
    const file = join(world.home, 'p.tgz');
    writeFileSync(file, 'no tarball');
    const wrong = await install([], { HIVEMIND_PACKAGE: file, HIVEMIND_PACKAGE_SHA256: '0'.repeat(64) });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain(`has SHA-256 ${sha256Of(file)}`);
    const garbage = await install([], { HIVEMIND_PACKAGE: file, HIVEMIND_PACKAGE_SHA256: sha256Of(file) });
    expect(garbage.code).toBe(1);
    expect(garbage.stderr).toMatch(/no gzipped tarball/);
    await serveFile(file, async (url) => {
      const served = await install([], { HIVEMIND_PACKAGE: url });
      expect(served.stderr).toMatch(/no gzipped tarball/);
    });
    expect(await install([], { HIVEMIND_PACKAGE: join(world.home, 'nowhere.tgz') })).toMatchObject({
      code: 1,
    });
    expect(readdirSync(world.home)).toEqual(['p.tgz']);
  });

  it("leaves a folder alone that is somebody else's", async () => {
    const foreign = join(world.home, 'projects');
    mkdirSync(join(foreign, 'bin'), { recursive: true });
    writeFileSync(join(world.home, 'p.tgz'), '');
    for (const folder of [foreign, world.home, '/']) {
      const refused = await install([], {
        HIVEMIND_HOME: folder,
        HIVEMIND_PACKAGE: join(world.home, 'p.tgz'),
      });
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/folder of its own/);
    }
    expect((await install(['--uninstall', '--purge'], { HIVEMIND_HOME: foreign })).code).toBe(0);
    expect(readdirSync(foreign)).toEqual(['bin']);
  });

  // It fetches some hundreds of megabytes, and a registry may be slow.
  it('installs this checkout, runs the main job, comes up to date, and leaves', {
    timeout: 1_200_000,
  }, async (context) => {
    const reachable = await runProgram('npm', ['view', 'zod', 'version', '--fetch-retries=0'], world.env());
    if (reachable.code !== 0) context.skip('the npm registry cannot be reached from here');
    world.pretendOldNode();
    const home = join(world.home, '.hivemind');
    const link = join(world.home, '.local/bin/hivemind');

    const first = await install([], {}, 'dash');
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toContain('is installed');
    expect(first.stdout).toContain('is not on your PATH');
    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect(readlinkSync(link)).toBe(join(home, 'bin/hivemind'));
    expect(statSync(join(home, 'bin/hook.sh')).mode & 0o111).not.toBe(0);
    const version = await runProgram(link, ['--version'], world.env());
    expect(version).toMatchObject({ code: 0 });
    expect(version.stdout).toMatch(/^hivemind\/\d/);
    const installed = readlinkSync(join(home, 'lib/current'));
    const { ino } = statSync(join(home, 'lib', installed));

    const tried = await install(['--try'], {}, 'bash');
    expect(tried).toMatchObject({ code: 0 });
    expect(tried.stdout).toContain('up to date');
    expect(statSync(join(home, 'lib', installed)).ino).toBe(ino);
    expect(tried.stdout.slice(tried.stdout.indexOf('$ hivemind recall'))).toMatch(
      /parseCsv split the text at/,
    );
    expect(tried.stdout).toContain('replay --workspace hivemind-try');
    expect(await install(['--try'])).toMatchObject({ code: 0 });

    // Another package of the same version, over http, takes the place of the first.
    const folder = join(world.home, 'packs');
    const packed = await runProgram('sh', [join(checkout, 'scripts/pack.sh'), folder], {
      ...process.env,
      HIVEMIND_WITH_NODE: '1',
    });
    const other = join(folder, 'other.tgz');
    await runProgram(
      'sh',
      [
        '-c',
        'mkdir u && tar xzf "$1" -C u && echo more >u/package/MORE && tar czf other.tgz -C u package',
        'sh',
        packed.stdout.trim(),
      ],
      process.env,
      '',
      folder,
    );
    await serveFile(other, async (url) => {
      const updated = await install([], { HIVEMIND_PACKAGE: url, HIVEMIND_PACKAGE_SHA256: sha256Of(other) });
      expect(updated).toMatchObject({ code: 0 });
    });
    expect(readlinkSync(join(home, 'lib/current'))).not.toBe(installed);
    expect(existsSync(join(home, 'lib/current/MORE'))).toBe(true);
    expect(readdirSync(join(home, 'lib'))).toHaveLength(2);

    const kept = readdirSync(home);
    expect(await install(['--uninstall'])).toMatchObject({ code: 0 });
    expect(() => lstatSync(link)).toThrow();
    const program = ['bin', 'cache', 'lib', 'logs', 'node', 'run'];
    expect(readdirSync(home).filter((name) => program.includes(name))).toEqual([]);
    expect(readdirSync(home).length).toBeGreaterThan(1);
    expect(kept.length).toBeGreaterThan(readdirSync(home).length);

    // A program of that name that is not ours stays what it is.
    writeFileSync(join(world.home, 'mine'), '');
    symlinkSync(join(world.home, 'mine'), link);
    const again = await install([], { HIVEMIND_PACKAGE: packed.stdout.trim() });
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toContain('not ours');
    expect(await install(['--uninstall', '--purge'])).toMatchObject({ code: 0 });
    expect(readlinkSync(link)).toBe(join(world.home, 'mine'));
    expect(existsSync(home)).toBe(false);
  });
});
