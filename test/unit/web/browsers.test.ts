import { expect, it } from 'vitest';
import { createBrowsers, idleMs, mostBrowsers } from '../../../src/web/browsers.ts';

const actor = { kind: 'human', name: 'dev' } as const;

it('knows a browser by its cookie for as long as it is used', () => {
  const browsers = createBrowsers();
  const token = browsers.admit({ workspace: 'shop', actor }, 0);
  expect(browsers.of(token, idleMs - 1)?.workspace).toBe('shop');
  expect(browsers.of(token, 2 * idleMs - 2)).not.toBeNull();
  expect(browsers.of('', 0)).toBeNull();
  expect(browsers.of(`${token}x`, 2 * idleMs - 2)).toBeNull();
  expect(browsers.of(token, 3 * idleMs)).toBeNull();
  expect(browsers.count(3 * idleMs)).toBe(0);
});

it('gives each a cookie and a key of its own', () => {
  const browsers = createBrowsers();
  const tokens = Array.from({ length: 5 }, () => browsers.admit({ workspace: null, actor }, 0));
  const keys = tokens.map((token) => browsers.of(token, 1)?.csrf ?? '');
  expect(new Set([...tokens, ...keys]).size).toBe(10);
  for (const secret of [...tokens, ...keys]) expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
});

it('does not forget one that listens, however long it is quiet', () => {
  const browsers = createBrowsers();
  const token = browsers.admit({ workspace: null, actor }, 0);
  const end = (): void => undefined;
  browsers.of(token, 0)?.streams.add(end);
  expect(browsers.count(5 * idleMs)).toBe(1);
  browsers.of(token, 5 * idleMs)?.streams.delete(end);
  expect(browsers.of(token, 6 * idleMs)).toBeNull();
});

it('knows so many, forgets the quietest for a new one, and ends its streams', () => {
  const browsers = createBrowsers();
  const first = browsers.admit({ workspace: null, actor }, 0);
  const second = browsers.admit({ workspace: null, actor }, 1);
  let ended = 0;
  browsers.of(second, 2)?.streams.add(() => {
    ended += 1;
  });
  browsers.of(first, 3);
  for (let count = 2; count < mostBrowsers; count += 1) browsers.admit({ workspace: null, actor }, 4);
  expect([browsers.count(5), ended]).toEqual([mostBrowsers, 0]);
  browsers.admit({ workspace: null, actor }, 6);
  expect([browsers.count(7), ended]).toEqual([mostBrowsers, 1]);
  expect(browsers.of(second, 7)).toBeNull();
  expect(browsers.of(first, 7)).not.toBeNull();
});

it('forgets all of them when it is told to', () => {
  const browsers = createBrowsers();
  const token = browsers.admit({ workspace: null, actor }, 0);
  browsers.clear();
  expect(browsers.of(token, 0)).toBeNull();
});
