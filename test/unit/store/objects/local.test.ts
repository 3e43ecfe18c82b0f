import { existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLocalObjects } from '../../../../src/store/objects/local.ts';
import { provideDirectories } from './places.ts';

const directories = provideDirectories();

test('nothing is made before the first put, and then it is private', async () => {
  const directory = join(directories.make(), 'deep', 'objects');
  const objects = openLocalObjects(directory);
  expect(await objects.list('')).toEqual([]);
  expect(await objects.get('a')).toBeNull();
  expect(existsSync(directory)).toBe(false);
  await objects.putIfAbsent('a', Buffer.from('x'));
  expect(existsSync(directory)).toBe(true);
});

test('what a crash left half written is no object, and is taken away when it is old', async () => {
  const directory = directories.make();
  const old = join(directory, '~old');
  const young = join(directory, '~young');
  for (const path of [old, young]) writeFileSync(path, 'half');
  const yesterday = Date.now() / 1000 - 86_400;
  utimesSync(old, yesterday, yesterday);
  const objects = openLocalObjects(directory);
  expect(await objects.list('')).toEqual([]);
  await objects.putIfAbsent('a', Buffer.from('x'));
  expect(readdirSync(directory).sort()).toEqual(['a', '~young']);
});

test('a put that loses leaves no temporary file', async () => {
  const directory = directories.make();
  const objects = openLocalObjects(directory);
  await objects.putIfAbsent('a', Buffer.from('x'));
  await objects.putIfAbsent('a', Buffer.from('y'));
  expect(readdirSync(directory)).toEqual(['a']);
});

test('strange files beside the objects are not listed', async () => {
  const directory = directories.make();
  const objects = openLocalObjects(directory);
  await objects.putIfAbsent('a', Buffer.from('x'));
  mkdirSync(join(directory, 'UPPER'));
  writeFileSync(join(directory, 'UPPER', 'b'), 'x');
  writeFileSync(join(directory, 'Has Space'), 'x');
  symlinkSync('/etc/hostname', join(directory, 'link'));
  expect(await objects.list('')).toEqual(['a']);
});

test('a place that not even root may write to says so', async () => {
  const directory = process.platform === 'darwin' ? '/System/hivemind' : '/sys/hivemind';
  const put = openLocalObjects(directory).putIfAbsent('a', Buffer.from('x'));
  await expect(put).rejects.toMatchObject({ code: 'PERMISSION_DENIED', hint: expect.any(String) });
});

test('a file where a directory should be is an error, not an absence', async () => {
  const directory = directories.make();
  writeFileSync(join(directory, 'a'), 'x');
  const objects = openLocalObjects(directory);
  await expect(objects.putIfAbsent('a/b', Buffer.from('x'))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});
