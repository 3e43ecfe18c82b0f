import react from '@vitejs/plugin-react';
import { defineConfig, type UserConfig } from 'vite';

/** The page of `hivemind web`. Nothing of it is inline: its CSP forbids that. */
const page: UserConfig['build'] = {
  outDir: '../../../dist/web-page',
  modulePreload: { polyfill: false },
};

/** What `hivemind replay --html` puts into the file that it writes: one script and one style. */
const sheet: UserConfig['build'] = {
  outDir: '../../../dist/web-sheet',
  copyPublicDir: false,
  lib: {
    entry: 'sheet/main.tsx',
    formats: ['iife'],
    name: 'sheet',
    fileName: () => 'sheet.js',
    cssFileName: 'sheet',
  },
};

/** Builds what runs in a browser into the package. */
export default defineConfig(({ mode }) => ({
  root: 'src/web/page',
  plugins: [react()],
  ...(mode === 'sheet' ? { define: { 'process.env.NODE_ENV': '"production"' } } : {}),
  build: {
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2023',
    // scripts/bundle.ts takes it into the notices.
    license: { fileName: '.vite/license.json' },
    ...(mode === 'sheet' ? sheet : page),
  },
}));
