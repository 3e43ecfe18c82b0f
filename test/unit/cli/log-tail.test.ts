import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSince, readTail } from '../../../src/cli/log-tail.ts';

let folder: string;
let log: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hivemind-log-'));
  log = join(folder, 'daemon.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('the last lines of a log that is larger than a chunk', () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index} é`);
  writeFileSync(log, `${lines.join('\n')}\n`);
  expect(readTail(log, 3).lines).toEqual(lines.slice(-3));
  expect(readTail(log, 15_000).lines).toEqual(lines.slice(-15_000));
  expect(readTail(log, 100_000).lines).toEqual(lines);
  expect(readTail(log, 0).lines).toEqual([]);
});

test('an empty log has no lines', () => {
  writeFileSync(log, '');
  expect(readTail(log, 5)).toEqual({ lines: [], end: 0 });
});

test('following shows whole lines only, and starts anew after a rotation', () => {
  writeFileSync(log, 'a\n');
  const first = readTail(log, 5);
  appendFileSync(log, 'b\nhal');
  const second = readSince(log, first.end);
  appendFileSync(log, 'f\n');
  const third = readSince(log, second.end);
  writeFileSync(log, 'z\n');
  expect([second.lines, third.lines, readSince(log, third.end).lines]).toEqual([['b'], ['half'], ['z']]);
});
