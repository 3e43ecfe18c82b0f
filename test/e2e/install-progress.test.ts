import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findProgram } from './hook-peer.ts';
import { checkout, InstallWorld, installer, packFake, runProgram } from './install-world.ts';

let world: InstallWorld;
beforeEach(() => {
  world = new InstallWorld();
});
afterEach(() => world.remove());

/** A checkout with the scripts of this one, whose compilers and bundlers do nothing, and whose package is made up. */
async function fakeCheckout(): Promise<string> {
  const place = join(world.home, 'checkout');
  for (const folder of ['scripts', 'src', 'node_modules', 'dist/sdk', 'dist/.declared/sdk'])
    mkdirSync(join(place, folder), { recursive: true });
  copyFileSync(installer, join(place, 'install.sh'));
  for (const name of readdirSync(join(checkout, 'scripts')).filter((name) => name.endsWith('.sh')))
    copyFileSync(join(checkout, 'scripts', name), join(place, 'scripts', name));
  for (const name of ['index', 'types', 'record-types'])
    writeFileSync(join(place, 'dist/.declared/sdk', `${name}.d.ts`), '');
  writeFileSync(join(place, 'package.json'), '{\n  "name": "hivemind"\n}\n');
  for (const name of ['package-lock.json', 'tsconfig.json', 'tsconfig.sdk.json', 'vite.config.ts'])
    writeFileSync(join(place, name), '{}');
  const tarball = await packFake(join(world.home, 'packs'), '1.0.0');
  world.shim('node', `case $1 in -* | */.hivemind/*) exec '${process.execPath}' "$@" ;; esac`);
  world.shim(
    'npm',
    `case "$*" in
      *--omit=dev*) exec '${process.execPath}' '${findProgram('npm')}' "$@" ;;
      pack*) while [ $# -gt 1 ]; do shift; done; cp '${tarball}' "$1"; echo '${tarball.split('/').at(-1)}' ;;
    esac`,
  );
  return place;
}

it('says what goes on while a checkout is packed, step by step, and nothing where nothing has changed', async () => {
  const place = await fakeCheckout();
  const install = () => runProgram('sh', [join(place, 'install.sh')], world.env());
  const first = await install();
  expect(first).toMatchObject({ code: 0 });
  expect(first.stdout).toMatch(/^Packing this checkout: /m);
  expect(first.stderr.trimEnd().split('\n')).toEqual([
    expect.stringContaining('fetching what the build needs'),
    ...[1, 2, 3, 4].map((step) => expect.stringContaining(`building, ${step} of 4: `)),
  ]);
  expect(await install()).toMatchObject({ code: 0, stderr: '' });
}, 180_000);
