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
