/**
 * Bundles the CLI in place: dist/cli/main.js, one file per command, and the chunks that they share. oclif alone is
 * about a hundred files, and finding them takes longer than running them.
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
  entryPoints: ['src/cli/main.ts', ...globSync('src/cli/commands/**/*.ts', { cwd: root })],
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
  // The viewer is loaded on demand and its libraries are large; they stay packages.
  external: ['ink', 'react', 'react/jsx-runtime'],
  banner: { js: banner },
  logLevel: 'warning',
});
