import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { InstallWorld, installer, packFake, runProgram } from './install-world.ts';

let world: InstallWorld;
let home: string;
beforeEach(() => {
  world = new InstallWorld();
  home = join(world.home, '.hivemind');
});
afterEach(() => world.remove());

const run = (args: string[], extra: NodeJS.ProcessEnv = {}) =>
  runProgram('sh', [installer, ...args], world.env(extra));

const pack = (version: string) => packFake(join(world.home, 'packs'), version);

async function install(tarball: string) {
  const made = await run([], { HIVEMIND_PACKAGE: tarball });
  expect(made).toMatchObject({ code: 0 });
  return made;
}

const start = (...args: string[]) => runProgram(join(home, 'bin/hivemind'), args, world.env());

it('a new version takes out the code that the old one has compiled, the same version does not', async () => {
  const first = await pack('1.0.0');
  await install(first);
  await start('status');
  const compiled = join(home, 'cache', 'compiled');
  expect(readdirSync(compiled)).toEqual(['1.0.0']);
  await install(first);
  expect(readdirSync(compiled)).toEqual(['1.0.0']);
  mkdirSync(join(home, 'cache', 'try'));
  await install(await pack('2.0.0'));
  expect(existsSync(compiled)).toBe(false);
  expect(existsSync(join(home, 'cache', 'try'))).toBe(true);
  await start('status');
  expect(readdirSync(compiled)).toEqual(['2.0.0']);
}, 180_000);

it('an uninstall disconnects every agent and takes out what was compiled, the data stays', async () => {
  await install(await pack('1.0.0'));
  await start('status');
  writeFileSync(join(home, 'agents.json'), '{}');
  expect(await run(['--uninstall'])).toMatchObject({ code: 0, stderr: '' });
  expect(readFileSync(join(home, 'calls'), 'utf8').trim().split('\n').at(-1)).toBe('disconnect --all');
  expect(readdirSync(home).sort()).toEqual(['.hivemind', 'agents.json', 'calls']);
}, 180_000);

it('a manual page that cannot be linked is told in one line, and the rest goes on', async () => {
  mkdirSync(join(world.home, '.local', 'share'), { recursive: true });
  writeFileSync(join(world.home, '.local', 'share', 'man'), 'a file where a folder should be');
  const { stdout, stderr } = await install(await pack('1.0.0'));
  const page = join(home, 'lib/current/docs/reference/hivemind.1');
  expect(stderr.split('\n')).toEqual([
    `install.sh: the manual page could not be linked to ${world.home}/.local/share/man/man1/hivemind.1. Read it by: man ${page}`,
    '',
  ]);
  expect(stdout).toContain('Hivemind 1.0.0 is installed');
  expect(await run(['--uninstall'])).toMatchObject({ code: 0 });
}, 180_000);

it('an uninstall takes the manual page away only where it is a link to ours', async () => {
  const manual = join(world.home, '.local/share/man/man1/hivemind.1');
  const tarball = await pack('1.0.0');
  await install(tarball);
  expect(readFileSync(manual, 'utf8')).toMatch(/^\.TH/);
  expect(await run(['--uninstall'])).toMatchObject({ code: 0 });
  expect(() => lstatSync(manual)).toThrow();
  const mine = join(world.home, 'mine.1');
  symlinkSync(mine, manual);
  expect((await install(tarball)).stderr).toBe('');
  expect(await run(['--uninstall'])).toMatchObject({ code: 0 });
  expect(readlinkSync(manual)).toBe(mine);
}, 180_000);
