import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listSource, packageOf } from '../unit/house/source.ts';
import { packageRoot } from '../world/home.ts';

const notices = readFileSync(join(packageRoot, 'THIRD-PARTY-NOTICES.txt'), 'utf8');

interface PackageFile {
  version: string;
  license: string;
}

const packageFile = (name: string): PackageFile =>
  JSON.parse(readFileSync(join(packageRoot, 'node_modules', name, 'package.json'), 'utf8')) as PackageFile;

/** Packages for which the bundles still look in node_modules. Beside those of the CLI are its files as tsc wrote them. */
function leftOutside(): Set<string> {
  const built = ['dist/run', 'dist/cli', 'dist/wire', 'dist/web-page'].flatMap((folder) =>
    listSource(folder, ['.js']),
  );
  const asked = built
    .filter(
      ({ path }) => !path.startsWith('dist/cli/') || /\/(?:chunk-\w+|main)\.js$|\/commands\//.test(path),
    )
    .flatMap(({ text }) => [...text.matchAll(/(?:from|import|import\()\s*["']([\w@][^"']*)["']/g)]);
  return new Set(asked.map(([, target = '']) => packageOf(target) ?? ''));
}

test('the notices name every package that is imported and bundled, with its licence', () => {
  const outside = leftOutside();
  const imports = listSource('src', ['.ts', '.tsx']).flatMap((file) => file.imports);
  const imported = new Set(
    imports.filter(({ kind }) => kind !== 'type').map(({ target }) => packageOf(target)),
  );
  const inside = [...imported].filter((name) => name !== null).filter((name) => !outside.has(name));
  expect(inside).toEqual(expect.arrayContaining(['@oclif/core', 'ink', 'react-dom', 'zod']));
  expect(outside).toContain('@lancedb/lancedb');
  for (const name of inside) {
    const { version, license } = packageFile(name);
    expect(notices).toContain(`\n  ${name} ${version}: ${license}`);
  }
  expect(notices).not.toContain('@lancedb/lancedb');
});

test('the notices are in the package, and those of a saved replay in its script', () => {
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--dry-run', '--json'], {
    cwd: packageRoot,
  });
  const [{ files }] = JSON.parse(packed.toString()) as [{ files: { path: string }[] }];
  expect(files.map(({ path }) => path)).toContain('THIRD-PARTY-NOTICES.txt');
  const script = readFileSync(join(packageRoot, 'dist', 'web-sheet', 'sheet.js'), 'utf8');
  const { version } = packageFile('react-dom');
  const told = script.slice(script.lastIndexOf('/*!'));
  expect(told).toContain(`\n  react-dom ${version}: MIT`);
  expect(told).toContain('Permission is hereby granted, free of charge');
  expect(told).not.toContain('@oclif/core');
});
