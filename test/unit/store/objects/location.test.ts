import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatLocation, parseLocation } from '../../../../src/store/location.ts';

test('reads an address as a person types it', () => {
  expect(parseLocation('s3://team-bucket/hivemind/repo_1')).toEqual({
    kind: 's3',
    bucket: 'team-bucket',
    prefix: 'hivemind/repo_1',
    endpoint: null,
    region: null,
  });
  const options = { endpoint: 'http://127.0.0.1:9000/', region: 'eu-central-1' };
  expect(parseLocation('s3://my.bucket/a/', options)).toEqual({
    kind: 's3',
    bucket: 'my.bucket',
    prefix: 'a',
    endpoint: 'http://127.0.0.1:9000',
    region: 'eu-central-1',
  });
});

test('writes it as it was typed', () => {
  expect(formatLocation(parseLocation('s3://bucket/a/b'))).toBe('s3://bucket/a/b');
  expect(formatLocation({ kind: 'local', directory: '/var/lib/x' })).toBe('/var/lib/x');
});

test.each([
  '',
  's3',
  's3:',
  's3://',
  's3:///prefix',
  's3://bucket',
  's3://bucket/',
  's3://bucket//a',
  's3://bucket/a//b',
  's3://bucket/..',
  's3://bucket/../other',
  's3://bucket/a/../b',
  's3://bucket/./a',
  's3://bucket/a?versionId=1',
  's3://bucket/a#b',
  's3://bucket/a%2e%2e',
  's3://bucket/a b',
  's3://bucket/a\nb',
  's3://bucket/a\0',
  's3://bucket/ä',
  's3://bucket/a\\b',
  's3://bucket/a:b',
  's3://key:secret@bucket/a',
  's3://ab/a',
  's3://Bucket/a',
  's3://bu_cket/a',
  's3://-bucket/a',
  's3://bucket-/a',
  's3://bu..cket/a',
  's3://192.168.0.1/a',
  `s3://${'b'.repeat(64)}/a`,
  `s3://bucket/${'a/'.repeat(300)}a`,
  'S3://bucket/a',
  'gs://bucket/a',
  'https://bucket.s3.amazonaws.com/a',
  '/var/lib/hivemind',
  'file:///var',
  ' s3://bucket/a',
  's3://bucket/a\n',
])('refuses %j and says what an address is like', (text) => {
  const act = (): unknown => parseLocation(text);
  expect(act).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', hint: expect.any(String) }));
});

test.each([
  '',
  'x',
  'ftp://a',
  'http://',
  'http://a/b',
  'http://a?x',
  'http://key:secret@a',
  'http://a b',
  'http://a\n',
])('refuses the endpoint %j', (endpoint) => {
  expect(() => parseLocation('s3://bucket/a', { endpoint })).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
  );
});

test.each(['', 'eu central', 'eu\n', '../eu'])('refuses the region %j', (region) => {
  expect(() => parseLocation('s3://bucket/a', { region })).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
  );
});

const pieces = [
  's3://',
  'bucket',
  'b.c',
  '/',
  '//',
  '..',
  '.',
  'a',
  'A=1',
  '?',
  '%2e',
  '\0',
  '\n',
  '@',
  ':',
  'é',
  ' ',
  '~',
];
const addresses = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(''));

test('whatever is accepted comes back the same, and stays in its prefix', () => {
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        addresses,
        addresses.map((text) => `s3://bucket/${text}`),
      ),
      (text) => {
        let location: ReturnType<typeof parseLocation>;
        try {
          location = parseLocation(text);
        } catch (error) {
          return (error as { code?: string }).code === 'INVALID_ARGUMENT';
        }
        accepted += 1;
        expect(parseLocation(formatLocation(location))).toEqual(location);
        expect(location.prefix).not.toMatch(/(^|\/)\.*(\/|$)/);
        return true;
      },
    ),
    { numRuns: 2_000 },
  );
  expect(accepted).toBeGreaterThan(20);
});
