import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { noticesText, packagesIn } from '../../../scripts/notices.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hm-notices-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

const packageFile = (name: string, version: string, license?: string): string =>
  JSON.stringify({ name, version, license, type: 'module', sideEffects: false });

async function bundled(entry: string) {
  write({ 'main.js': entry });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['main.js'],
    bundle: true,
    format: 'esm',
    write: false,
    metafile: true,
  });
  return packagesIn(metafile, root);
}

it('names what is in the bundle, of every version, and not what was shaken out of it', async () => {
  write({
    'node_modules/@scope/outer/package.json': packageFile('@scope/outer', '2.0.0', 'MIT'),
    'node_modules/@scope/outer/LICENSE': 'Outer may be used.\n',
    'node_modules/@scope/outer/NOTICE.txt': 'Outer says this.\n',
    'node_modules/@scope/outer/esm/package.json': '{"type":"module"}',
    'node_modules/@scope/outer/esm/index.js': "import { x } from 'inner'; export const y = [x, 1];",
    'node_modules/@scope/outer/index.js': "export * from './esm/index.js';",
    'node_modules/@scope/outer/node_modules/inner/package.json': packageFile('inner', '1.0.0', 'ISC'),
    'node_modules/@scope/outer/node_modules/inner/index.js': 'export const x = {};',
    'node_modules/inner/package.json': packageFile('inner', '3.0.0', 'Apache-2.0'),
    'node_modules/inner/index.js': 'export const x = {};',
    'node_modules/unused/package.json': packageFile('unused', '1.0.0', 'GPL-3.0'),
    'node_modules/unused/index.js': 'export const z = {};',
  });
  const packages = await bundled(
    "import { y } from '@scope/outer'; import { x } from 'inner'; import { z } from 'unused'; console.log(x, y);",
  );
  const text = noticesText(packages, { 'Apache-2.0': 'Everybody may.' });
  expect(text.split('\n').filter((line) => line.startsWith('  '))).toEqual([
    '  @scope/outer 2.0.0: MIT',
    '  inner 1.0.0: ISC (the package carries no text of it)',
    '  inner 3.0.0: Apache-2.0',
  ]);
  expect(text).toMatch(/\n@scope\/outer 2\.0\.0\n=+\n\nOuter may be used\.\n\nOuter says this\.\n/);
  expect(text).toMatch(/\ninner 3\.0\.0\n=+\n\nEverybody may\.\n/);
});

it('says a text once for all packages that have it', () => {
  const text = noticesText(
    ['b', 'a', 'b'].map((name) => ({ name, version: '1.0.0', identifier: 'MIT', text: 'The same.' })),
    {},
  );
  expect(text).toContain('\na 1.0.0, b 1.0.0\n');
  expect(text.match(/The same\./g)).toHaveLength(1);
});

it('stops the build at a package without any licence', () => {
  expect(() => noticesText([{ name: 'mine', version: '1.0.0' }], {})).toThrow('mine 1.0.0 has no licence');
});
