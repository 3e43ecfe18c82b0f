import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Home, makeHome, packageRoot } from '../world/home.ts';

let home: Home;
beforeEach(() => {
  home = makeHome();
});
afterEach(() => home.remove());

const run = (args: string[], cwd = home.dir) =>
  execa(process.execPath, args, { cwd, env: home.env, extendEnv: false, reject: false });

/** What a user has after installing the package: its packed files, and its dependencies. */
function install(project: string): void {
  const modules = join(project, 'node_modules');
  mkdirSync(modules, { recursive: true });
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', project], {
    cwd: packageRoot,
  });
  const [tarball = ''] = readdirSync(project).filter((name) => name.endsWith('.tgz'));
  execFileSync('tar', ['-xzf', join(project, tarball), '-C', modules]);
  execFileSync('mv', [join(modules, 'package'), join(modules, 'hivemind')]);
  symlinkSync(join(packageRoot, 'node_modules'), join(modules, 'hivemind', 'node_modules'));
}

const program = `
import { type Conflict, HivemindError, type Hit, type Memory, open, type Resolutions } from 'hivemind';

const memory: Memory = await open('typed', { create: true, agent: 'tester' });
const id: string = await memory.append({ content: 'typed notes', embedding: [0.5, 0.5], metadata: { n: 1 } });
const ids: string[] = await memory.append([{ type: 'check.passed', text: 'unit tests' }]);
const branch = await memory.branch('typed/branch', { agent: 'other' });
const hits: Hit[] = await branch.query({ vector: new Float32Array([1, 1]), where: { n: 1 }, limit: 5 });
const settle = (conflicts: Conflict[]): Resolutions =>
  Object.fromEntries(conflicts.map(({ id }) => [id, { take: 'theirs' }]));
const { merged, outcome } = await memory.merge(branch, { strategy: 'manual', resolve: settle });
let exported = 0;
for await (const event of memory.export()) exported += event.seq > 0 ? 1 : 0;
// @ts-expect-error a note has a content
await memory.append({ metadata: {} }).catch((error: unknown) => {
  if (!(error instanceof HivemindError)) throw error;
  console.log(error.code, error.hint ?? '-');
});
console.log(hits[0]?.id === id, ids.length, merged, outcome, exported > 2);
memory.close();
`;

test('a TypeScript program compiles against the packed package and runs', async () => {
  const project = join(home.dir, 'project');
  install(project);
  const declared = readdirSync(join(project, 'node_modules', 'hivemind', 'dist', 'sdk'));
  expect(declared.filter((name) => name.endsWith('.d.ts')).sort()).toEqual([
    'index.d.ts',
    'record-types.d.ts',
    'types.d.ts',
  ]);
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(project, 'program.ts'), program);
  for (const module of ['nodenext', 'preserve']) {
    const options = {
      target: 'es2022',
      lib: ['es2022'],
      module,
      moduleResolution: module === 'preserve' ? 'bundler' : module,
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      types: ['console'],
      outDir: 'out',
    };
    // Nothing but the language: that it needs no types of Node, or of any package, is a part of the test.
    const typeRoots = join(project, 'types', 'console');
    mkdirSync(typeRoots, { recursive: true });
    writeFileSync(
      join(typeRoots, 'index.d.ts'),
      'declare const console: { log(...words: unknown[]): void };',
    );
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...options, typeRoots: ['types'] }, files: ['program.ts'] }),
    );
    const compiled = await run([join(packageRoot, 'node_modules/typescript/bin/tsc'), '-p', project]);
    expect(compiled.stdout).toBe('');
    expect(compiled.exitCode).toBe(0);
  }
  const ran = await run([join(project, 'out', 'program.js')], project);
  expect(ran.stderr).toBe('');
  expect(ran.stdout.split('\n')).toEqual(['INVALID_ARGUMENT -', 'true 1 true up-to-date true']);
});

test('the example of a swarm does what it says', async () => {
  const project = join(home.dir, 'project');
  install(project);
  copyFileSync(join(packageRoot, 'examples', 'swarm', 'swarm.js'), join(project, 'swarm.js'));
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  for (const path of [join(project, 'swarm.js'), join(packageRoot, 'examples', 'swarm', 'swarm.js')]) {
    const { stdout, stderr, exitCode } = await run([path, 'team']);
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(JSON.parse(stdout)).toEqual({
      workspace: 'team',
      agents: 10,
      isolated: true,
      merged: 5,
      deleted: 5,
      conflictsSettled: expect.any(Number),
      resultsOnMain: 5,
      nearest: 'Sessions are read from PostgreSQL on every request.',
      plan: '5 of 10 ideas worked',
    });
    expect(JSON.parse(stdout).conflictsSettled).toBeGreaterThan(0);
  }
  const listed = await home.json<{ branches: { name: string }[] }>(['branch', 'list', '--workspace', 'team']);
  expect(listed.branches).toHaveLength(1 + 2 * 5);
});
