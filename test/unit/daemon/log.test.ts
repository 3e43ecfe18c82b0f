import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLog } from '../../../src/daemon/log.ts';

test('a log that cannot be written does not take down whoever reports', () => {
  const directory = mkdtempSync(join(tmpdir(), 'hm-log-'));
  openLog(directory).error('no file here', new Error('x'));
  const path = join(directory, 'daemon.log');
  openLog(path).error('written', new Error('why'), { count: 1 });
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
    level: 'error',
    message: 'written',
    count: 1,
  });
  rmSync(directory, { recursive: true });
});

test('writes no secret, whatever an error quotes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'hm-log-'));
  const path = join(directory, 'secrets.log');
  const secret = `gh${'p_'}${'a1B2'.repeat(9)}`;
  const password = `${'hun'}ter2-Xy`;
  const log = openLog(path);
  log.error(`failed on ${secret}`, new SyntaxError(`Unexpected token in "DB_PASSWORD=${password}"`), {
    path: `/a/${secret}`,
    issues: [{ password }],
  });
  log.error('an error that is none', secret, {});
  log.info(`<private>${password}`, { [secret]: 1 });
  const text = readFileSync(path, 'utf8');
  for (const line of text.trim().split('\n')) JSON.parse(line);
  expect(text).not.toContain(secret);
  expect(text).not.toContain(password);
  expect(text.split('[redacted:').length).toBeGreaterThan(5);
  rmSync(directory, { recursive: true });
});
