import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listSource, packageOf, parseImports, resolveImport, root } from './source.ts';

/** Who may import whom. A lazy import, `import()`, is written `~room`: that room is loaded only when it is wanted. */
const ROOMS: Record<string, readonly string[]> = {
  schema: [],
  core: ['schema'],
  store: ['schema'],
  embedders: ['schema'],
  agents: ['schema'],
  daemon: ['core', 'store', 'embedders', 'agents', 'schema'],
  wire: ['schema'],
  cli: ['wire', 'schema', 'core', '~tui', '~main.ts'],
  tui: ['wire', 'schema', 'core'],
  mcp: ['wire', 'schema', 'core'],
  sdk: ['wire', 'schema', 'core'],
  web: ['wire', 'schema', 'core'],
  otlp: ['wire', 'schema', 'core'],
  git: ['wire', 'schema', 'core'],
  sql: ['wire', 'schema', 'core'],
};

/** Which rooms may use a package; its types may be seen elsewhere only where TYPES_ANYWHERE says so. */
const OWNERS: Record<string, readonly string[]> = {
  '@aws-sdk/client-s3': ['store'],
  '@huggingface/tokenizers': ['embedders'],
  '@lancedb/lancedb': ['store'],
  '@modelcontextprotocol/server': ['mcp'],
  '@oclif/core': ['cli'],
  '@secretlint/secretlint-rule-preset-recommend': ['core'],
  'apache-arrow': ['store'],
  'async-mutex': ['store', 'daemon'],
  chokidar: ['daemon'],
  diff: ['agents'],
  execa: ['git', 'daemon'],
  ink: ['tui'],
  lowlight: ['tui', 'web'],
  'jsonc-parser': ['agents'],
  marked: ['cli'],
  picomatch: ['daemon'],
  react: ['tui'],
  stemmer: ['core'],
  'toml-eslint-parser': ['agents'],
  uuid: ['daemon', 'store'],
  'write-file-atomic': ['agents', 'store'],
  yaml: ['daemon'],
  zod: ['schema', 'mcp', 'store', 'daemon', 'embedders'],
};
const TYPES_ANYWHERE = new Set(['zod']);

/** What runs in a browser: built into the package, so that its packages need not be installed with it. */
const PAGE = 'src/web/page/';
const PAGE_PACKAGES = ['@tanstack/react-virtual', 'lowlight', 'react', 'react-dom', 'wouter'];
const isOfPage = (path: string): boolean => path.startsWith(PAGE);

const IMPURE: Record<string, RegExp> = {
  'files, network or processes':
    /['"]node:(fs|net|http|https|dgram|tls|child_process|worker_threads|cluster|os|readline)(\/\w+)?['"]/,
  'the environment': /\bprocess\.(env|cwd|argv|platform|pid|hrtime|uptime|on)\b/,
  'the clock': /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|\bset(Timeout|Interval|Immediate)\b/,
  randomness: /\bMath\.random\b|\brandom(UUID|Bytes|Int)\b|\bgetRandomValues\b/,
  'the network': /\bfetch\(/,
};

const VAGUE = /(^|[-/])(util|utils|helper|helpers|common|manager|service|misc)([-./]|$)/;
const MAX_LINES = 300;

const sources = listSource('src', ['.ts', '.tsx']);
const roomOf = (path: string): string => path.split('/')[1] ?? '';
const code = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/[^\n]*/g, '$1');

describe('the floor plan', () => {
  it('reads imports as they are written', () => {
    const text = [
      "import { a,\n  b } from './a.ts';",
      "import type { C } from '../c.ts';",
      "export * from 'd';",
      "import 'e';",
      "// import 'f';",
      "const g = await import('@g/h/i');",
      "type J = typeof import('./j.ts');",
    ].join('\n');
    expect(parseImports(text)).toEqual([
      { target: './a.ts', kind: 'value' },
      { target: '../c.ts', kind: 'type' },
      { target: 'd', kind: 'value' },
      { target: 'e', kind: 'value' },
      { target: '@g/h/i', kind: 'lazy' },
      { target: './j.ts', kind: 'type' },
    ]);
    expect(packageOf('@g/h/i')).toBe('@g/h');
    expect(packageOf('node:fs')).toBeNull();
  });

  it('has only the rooms that the plan names', () => {
    const strangers = sources.filter(({ path }) => path !== 'src/main.ts' && !(roomOf(path) in ROOMS));
    expect(strangers.map(({ path }) => path)).toEqual([]);
    expect(sources.length).toBeGreaterThan(0);
  });

  it('lets each room see only the rooms below it', () => {
    const broken: string[] = [];
    for (const { path, imports } of sources) {
      if (path === 'src/main.ts') continue;
      const room = roomOf(path);
      const allowed = ROOMS[room] ?? [];
      for (const { target, kind } of imports) {
        const resolved = resolveImport(path, target);
        if (resolved === null) continue;
        const other = roomOf(resolved);
        const inside = resolved.startsWith('src/') && other === room;
        if (inside || allowed.includes(other) || (kind === 'lazy' && allowed.includes(`~${other}`))) continue;
        broken.push(`${path} imports ${resolved} (${kind})`);
      }
    }
    expect(broken).toEqual([]);
  });

  it('lets each package be used by its owner only', () => {
    const broken: string[] = [];
    for (const { path, imports } of sources) {
      for (const { target, kind } of imports) {
        const name = packageOf(target);
        if (name === null || OWNERS[name]?.includes(roomOf(path))) continue;
        if (isOfPage(path) && PAGE_PACKAGES.includes(name)) continue;
        if (kind === 'type' && TYPES_ANYWHERE.has(name)) continue;
        broken.push(`${path} imports ${name} (${kind})`);
      }
    }
    expect(broken).toEqual([]);
  });

  it('keeps the page in the browser, and everything else out of it', () => {
    const broken = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => {
          const resolved = resolveImport(path, target);
          if (!isOfPage(path)) return resolved !== null && isOfPage(resolved);
          return target.startsWith('node:') || (resolved?.startsWith('src/web/') && !isOfPage(resolved));
        })
        .map(({ target }) => `${path} imports ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('has an owner and a use for every dependency', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const used = new Set(sources.flatMap(({ imports }) => imports.map(({ target }) => packageOf(target))));
    const dependencies = Object.keys(manifest.dependencies);
    expect(dependencies.filter((name) => !(name in OWNERS))).toEqual([]);
    expect(Object.keys(OWNERS).filter((name) => !dependencies.includes(name))).toEqual([]);
    expect(Object.keys(OWNERS).filter((name) => !used.has(name))).toEqual([]);
  });

  it('has no import cycles', () => {
    const edges = new Map<string, string[]>();
    for (const { path, imports } of sources) {
      const targets = imports
        .filter(({ kind }) => kind === 'value')
        .map(({ target }) => resolveImport(path, target));
      edges.set(
        path,
        targets.filter((target) => target !== null),
      );
    }
    expect(findCycle(edges)).toBeNull();
    expect(
      findCycle(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['b']],
        ]),
      ),
    ).toEqual(['b', 'c', 'b']);
  });

  it('keeps the core pure', () => {
    const impure: string[] = [];
    for (const { path, text } of sources) {
      if (roomOf(path) !== 'core') continue;
      for (const [what, pattern] of Object.entries(IMPURE)) {
        const match = pattern.exec(code(text));
        if (match) impure.push(`${path} uses ${what}: ${match[0]}`);
      }
    }
    expect(impure).toEqual([]);
  });

  it('has files with names that say what they are, none over 300 lines', () => {
    const files = ['src', 'bin', 'scripts', 'bench', 'test'].flatMap((folder) =>
      listSource(folder, ['.ts', '.tsx', '.js', '.css']),
    );
    expect(files.filter(({ path }) => VAGUE.test(path)).map(({ path }) => path)).toEqual([]);
    expect(files.filter(({ path }) => !/^[a-z0-9./-]+$/.test(path)).map(({ path }) => path)).toEqual([]);
    const long = files
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > MAX_LINES);
    expect(long).toEqual([]);
  });
});

/** A cycle as the list of its files, first one repeated at the end; null when there is none. */
function findCycle(edges: Map<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const visit = (at: string, trail: string[]): string[] | null => {
    if (trail.includes(at)) return [...trail.slice(trail.indexOf(at)), at];
    if (done.has(at)) return null;
    for (const next of edges.get(at) ?? []) {
      const cycle = visit(next, [...trail, at]);
      if (cycle) return cycle;
    }
    done.add(at);
    return null;
  };
  for (const file of edges.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return null;
}
