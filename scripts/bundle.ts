/**
 * Bundles what is started often: the CLI in place (dist/cli/main.js, one file per command, and the chunks that they
 * share), the daemon to dist/run. They and their packages are hundreds of files, and finding and reading these takes
 * longer than running them. Then writes down whose code is in dist, that of the page included, which Vite has built.
 */
import { appendFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Licensed, noticesText, packagesIn } from './notices.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

// oclif is CommonJS: it asks for Node's modules with require, and for its own folder, which it can live without.
const banner = [
  "import { createRequire as createRequire__ } from 'node:module';",
  'const require = createRequire__(import.meta.url);',
  'const __dirname = import.meta.dirname;',
  'const __filename = import.meta.filename;',
].join('\n');

/** What all programs have in common. */
const shared = {
  absWorkingDir: root,
  // Chunks stand beside what they belong to: what looks for files relative to itself keeps its depth below the root.
  chunkNames: 'chunk-[hash]',
  bundle: true,
  metafile: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.22',
  logLevel: 'warning',
} as const;

/** With packages that are not written for a bundle; what their authors want kept stands at the end. */
const withPackages = {
  ...shared,
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'eof',
  banner: { js: banner },
} as const;

/** One file each, as agents start them by the dozen; they stay at their depth below the root. */
const doors = await build({
  ...shared,
  entryPoints: ['src/wire/mcp-pipe.ts', 'src/wire/hook-client.ts'],
  outdir: 'dist/wire',
  allowOverwrite: true,
});

const commandLine = await build({
  ...withPackages,
  entryPoints: [
    'src/cli/main.ts',
    'src/cli/completion/words.ts',
    ...globSync('src/cli/commands/**/*.ts', { cwd: root }),
  ],
  outbase: 'src/cli',
  outdir: 'dist/cli',
  // Ink's tools for developers, which it asks for only where they are wanted.
  external: ['react-devtools-core'],
});

/** As deep below the root as the sources, for what looks for files relative to itself. */
const daemon = await build({
  ...withPackages,
  entryPoints: { daemon: 'src/main.ts', 'child-main': 'src/embedders/child-main.ts' },
  outdir: 'dist/run',
  // Some packages have a form for bundlers beside one that asks for its parts while it runs.
  mainFields: ['module', 'main'],
  // Native code, and what it shares objects with.
  external: ['@lancedb/lancedb', 'apache-arrow'],
});

/** What Vite has noted of a build for the browser (`build.license`). */
function takeLicences(folder: string): Licensed[] {
  const noted = join(root, 'dist', folder, '.vite');
  const licences = JSON.parse(readFileSync(join(noted, 'license.json'), 'utf8')) as Licensed[];
  rmSync(noted, { recursive: true });
  return licences;
}

// The text of this licence has no line of its owner: it is ours, too.
const known = { 'Apache-2.0': readFileSync(join(root, 'LICENSE'), 'utf8').trim() };
const sheet = takeLicences('web-sheet');
const inBrowser = [...takeLicences('web-page'), ...sheet];
const onNode = [doors, commandLine, daemon].flatMap(({ metafile }) => packagesIn(metafile, root));
writeFileSync(join(root, 'THIRD-PARTY-NOTICES.txt'), noticesText([...inBrowser, ...onNode], known));
// A saved replay is handed on by itself: its script carries the licences along.
const inComment = noticesText(sheet, known).replaceAll('*/', '* /');
appendFileSync(join(root, 'dist', 'web-sheet', 'sheet.js'), `/*!\n${inComment}*/\n`);
