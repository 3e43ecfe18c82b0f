/**
 * Bundles what is started often: the CLI in place (dist/cli/main.js, one file per command, and the chunks that they
 * share), the daemon to dist/run. They and their packages are hundreds of files, and finding and reading these takes
 * longer than running them.
 */
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

// oclif is CommonJS: it asks for Node's modules with require, and for its own folder, which it can live without.
const banner = [
  "import { createRequire as createRequire__ } from 'node:module';",
  'const require = createRequire__(import.meta.url);',
  'const __dirname = import.meta.dirname;',
  'const __filename = import.meta.filename;',
].join('\n');

/** One file each, as agents start them by the dozen; they stay at their depth below the root. */
await build({
  absWorkingDir: root,
  entryPoints: ['src/wire/mcp-pipe.ts', 'src/wire/hook-client.ts'],
  outdir: 'dist/wire',
  allowOverwrite: true,
  bundle: true,
  splitting: true,
  chunkNames: 'chunk-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node22.22',
  logLevel: 'warning',
});

await build({
  absWorkingDir: root,
  entryPoints: [
    'src/cli/main.ts',
    'src/cli/completion/words.ts',
    ...globSync('src/cli/commands/**/*.ts', { cwd: root }),
  ],
  outbase: 'src/cli',
  outdir: 'dist/cli',
  // Chunks stand beside main.js: what looks for files relative to itself keeps its depth below the root.
  chunkNames: 'chunk-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.22',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'eof',
  // Ink's tools for developers, which it asks for only where they are wanted.
  external: ['react-devtools-core'],
  banner: { js: banner },
  logLevel: 'warning',
});

/** As deep below the root as the sources, for what looks for files relative to itself. */
await build({
  absWorkingDir: root,
  entryPoints: { daemon: 'src/main.ts', 'child-main': 'src/embedders/child-main.ts' },
  outdir: 'dist/run',
  chunkNames: 'chunk-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.22',
  // Some packages have a form for bundlers beside one that asks for its parts while it runs.
  mainFields: ['module', 'main'],
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'eof',
  // Native code, and what it shares objects with.
  external: ['@lancedb/lancedb', 'apache-arrow'],
  banner: { js: banner },
  logLevel: 'warning',
});
