import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin, type UserConfig } from 'vite';

/** What nearly every screen needs. It is one file: a browser has six connections, and small files would wait for each other. */
const framePackages = /node_modules.(react|react-dom|scheduler|wouter|regexparam|use-sync-external-store)\b/;
const frameModules =
  /web.page.(main|app|frame|where|live|stream|use-\w+|parts.(answer|branch-choice|heading|later|query|review-address|session-title|step-address|when))\.tsx?$/;

/** The page of `hivemind web`. Nothing of it is inline: its CSP forbids that. */
const page: UserConfig['build'] = {
  outDir: '../../../dist/web-page',
  modulePreload: { polyfill: false },
  rolldownOptions: {
    output: {
      codeSplitting: {
        // What asks for the screen and for who we are must not wait for React.
        includeDependenciesRecursively: false,
        groups: [{ name: 'frame', test: (id) => framePackages.test(id) || frameModules.test(id) }],
      },
    },
  },
};

/** Has the file that draws the page fetched along with the small one that comes first and asks for it. */
const preloadFrame: Plugin = {
  name: 'preload-frame',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { bundle = {} }) => {
      const chunks = Object.values(bundle).filter((part) => part.type === 'chunk');
      const frame = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith('main.tsx')));
      if (frame === undefined) throw new Error('no file of the page has main.tsx');
      const first = chunks.find(({ isEntry }) => isEntry)?.fileName;
      const scripts = [frame.fileName, ...frame.imports].filter((name) => name !== first);
      const styles = [...(frame.viteMetadata?.importedCss ?? [])];
      const link = (rel: string, name: string) => ({
        tag: 'link',
        attrs: { rel, crossorigin: '', href: `/${name}` },
        injectTo: 'head' as const,
      });
      return [
        ...scripts.map((name) => link('modulepreload', name)),
        ...styles.map((name) => link('stylesheet', name)),
      ];
    },
  },
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
  plugins: [react(), ...(mode === 'sheet' ? [] : [preloadFrame])],
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
