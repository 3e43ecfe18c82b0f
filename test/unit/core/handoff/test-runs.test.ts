import { describe, expect, it } from 'vitest';
import { testRunOf } from '../../../../src/core/test-runs.ts';

const ok = (output = '') => ({ ok: true, output });
const failed = (output = '') => ({ ok: false, output });

describe('a run of tests', () => {
  it.each([
    ['npm test', 'npm test'],
    ['npm run test:unit', 'npm run test:unit'],
    ['cd /repo && pnpm -r lint', 'pnpm -r lint'],
    ['npx vitest run test/unit', 'npx vitest run test/unit'],
    ['node node_modules/vitest/vitest.mjs run x', 'node node_modules/vitest/vitest.mjs run x'],
    ['CI=1 pytest -q tests 2>&1', 'CI=1 pytest -q tests'],
    ['python -m pytest tests', 'python -m pytest tests'],
    ['uv run pytest', 'uv run pytest'],
    ['cargo test --all', 'cargo test --all'],
    ['go test ./...', 'go test ./...'],
    ['node --test', 'node --test'],
    ['./scripts/run-tests.sh', './scripts/run-tests.sh'],
    ['timeout 60 make check', 'timeout 60 make check'],
    ['npm run lint && npm test', 'npm run lint && npm test'],
    ['npx vitest -t "a && b"', 'npx vitest -t "a b"'],
    ['bash test/run-tests.sh', 'bash test/run-tests.sh'],
  ])('%s', (command, name) => {
    expect(testRunOf(command, ok())).toEqual({ name, passed: true });
    expect(testRunOf(command, failed())).toEqual({ name, passed: false });
  });

  it.each([
    'cat vitest.config.ts',
    'grep -rn pytest .',
    'npm install vitest',
    'test -f package.json',
    '[ -d test ]',
    'git commit -m "test: npm test"',
    'npm run build',
    'ls test',
    'cat > a.sh <<EOF\nnpm test\nEOF',
    'vitest --version',
    'git log -- test',
    'bd comment "fixed. npm test\nnpm test; tests cover it && vitest"',
    "echo 'a\npytest -q",
    'tests cover it',
    'bunx biome format --write src',
    'eslint --fix src',
    '',
  ])('is not %s', (command) => expect(testRunOf(command, ok())).toBeNull());

  it('is judged by what it printed where the exit code is that of another program', () => {
    const command = 'npm test 2>&1 | tail -20';
    expect(testRunOf(command, ok('Tests  2 failed | 8 passed'))).toEqual({ name: 'npm test', passed: false });
    expect(testRunOf(command, ok('Tests  8 passed, 0 failed'))).toEqual({ name: 'npm test', passed: true });
    expect(testRunOf(command, ok('done'))).toBeNull();
    expect(testRunOf('npm test; echo $?', ok('8 passed'))).toMatchObject({ passed: true });
    expect(testRunOf('npm test || true', ok('FAIL a.test.ts'))).toMatchObject({ passed: false });
    expect(testRunOf(`set -o pipefail && ${command}`, ok())).toMatchObject({ passed: true });
  });

  it('takes a hostile command in its stride', () => {
    for (const evil of [
      '&& '.repeat(50_000),
      `npm test ${'>'.repeat(50_000)}`,
      ' \t'.repeat(100_000),
      '1>'.repeat(50_000),
    ])
      expect(() => testRunOf(evil, ok('x'.repeat(1_000_000)))).not.toThrow();
  });
});
