import { expect, test } from 'vitest';
import { crc32c } from '../../../../src/store/journal/crc.ts';
import {
  addHidden,
  addNonce,
  decodeVersion,
  encodeVersion,
  findNonce,
  formatKey,
  parseKey,
  UnknownFormat,
} from '../../../../src/store/objects/document-format.ts';

test('a version is JSON that anybody can read, and comes back as it was', () => {
  const stored = { version: 7, recent: addNonce(''), value: { name: 'Zoë ☃', list: [1, null] } };
  const bytes = encodeVersion(stored);
  expect(JSON.parse(String(bytes))).toMatchObject({ format: 1, version: 7, value: stored.value });
  expect(decodeVersion(bytes, 7)).toEqual(stored);
  expect(decodeVersion(bytes, 8)).toBeNull();
});

test('bytes that are whole and of another format are not damaged', () => {
  const rest = Buffer.from('"format":2,"anything":true}');
  const sum = crc32c(rest).toString(16).padStart(8, '0');
  const bytes = Buffer.concat([Buffer.from(`{"crc32c":"${sum}",`), rest]);
  expect(() => decodeVersion(bytes, 1)).toThrow(UnknownFormat);
});

test.each(['', '{}', 'null', '{"crc32c":"00000000",', '{"crc32c":"00000000",}', '\0'.repeat(64)])(
  'garbage is damaged: %j',
  (text) => {
    expect(decodeVersion(Buffer.from(text), 1)).toBeNull();
  },
);

test('keys sort as their versions do, and only keys are versions', () => {
  const versions = [1, 9, 10, 255, 256, 2 ** 32, Number.MAX_SAFE_INTEGER];
  const keys = versions.map((version) => formatKey('a', version));
  expect(keys.toSorted()).toEqual(keys);
  expect(keys.map(parseKey)).toEqual(versions);
  for (const key of [
    'a/1.json',
    'a/000000000000000G.json',
    'a/ffffffffffffffff.json',
    'a/0000000000000001.json~',
  ])
    expect(parseKey(key)).toBeNull();
});

test('the nonces of the last 256 versions are known, those of damaged ones and of older ones are not', () => {
  let recent = '';
  const nonces: string[] = [];
  for (let version = 0; version < 300; version += 1) {
    recent = addNonce(recent);
    nonces.unshift(findNonce(recent, 0) ?? '');
  }
  expect(new Set(nonces).size).toBe(300);
  expect(findNonce(recent, 3)).toBe(nonces[3]);
  expect(findNonce(recent, 255)).toBe(nonces[255]);
  expect(findNonce(recent, 256)).toBeNull();
  expect(findNonce(recent, -1)).toBeNull();
  const later = addNonce(addHidden(recent, 2));
  expect([1, 2].map((back) => findNonce(later, back))).toEqual([null, null]);
  expect(findNonce(later, 3)).toBe(nonces[0]);
  expect(findNonce(addHidden(recent, 2 ** 40), 5)).toBeNull();
});
