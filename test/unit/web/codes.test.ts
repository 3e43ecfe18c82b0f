import { expect, it } from 'vitest';
import { codeMs, createCodes, mostCodes } from '../../../src/web/codes.ts';

const entrance = (path: string) => ({
  path,
  workspace: null,
  actor: { kind: 'human', name: 'dev' } as const,
});

it('opens what it was made for, once', () => {
  const codes = createCodes();
  const { code, expiresAt } = codes.make(entrance('/a'), 1_000);
  expect(Buffer.from(code, 'base64url')).toHaveLength(32);
  expect(expiresAt).toBe(1_000 + codeMs);
  expect(codes.take(code, 2_000)).toEqual(entrance('/a'));
  expect(codes.take(code, 2_000)).toBeNull();
  expect(codes.take('', 2_000)).toBeNull();
});

it('opens nothing once two minutes are over', () => {
  const codes = createCodes();
  const { code, expiresAt } = codes.make(entrance('/'), 0);
  const { code: later } = codes.make(entrance('/'), 1);
  expect(codes.take(code, expiresAt)).toBeNull();
  expect(codes.take(later, expiresAt)).not.toBeNull();
});

it('keeps so many outstanding, and lets the oldest go', () => {
  const codes = createCodes();
  const made = Array.from({ length: mostCodes + 1 }, (_, at) => codes.make(entrance(`/${at}`), at).code);
  const opened = made.map((code) => codes.take(code, 100)?.path ?? null);
  expect(opened).toEqual([null, ...Array.from({ length: mostCodes }, (_, at) => `/${at + 1}`)]);
});

it('makes no code twice, and knows none after it was cleared', () => {
  const codes = createCodes();
  const made = Array.from({ length: 10 }, () => codes.make(entrance('/'), 0).code);
  expect(new Set(made).size).toBe(10);
  codes.clear();
  expect(made.map((code) => codes.take(code, 1))).toEqual(made.map(() => null));
});
