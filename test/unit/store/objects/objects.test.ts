import { expect, test } from 'vitest';
import { probeConditionalPut } from '../../../../src/store/objects/probe.ts';
import { providePlaces } from './places.ts';

for (const { kind, open } of providePlaces()) {
  test(`${kind}: an object is put once and then left as it is`, async (context) => {
    const objects = (await open(context))();
    expect(await objects.get('a/b.json')).toBeNull();
    expect(await objects.putIfAbsent('a/b.json', Buffer.from('one'))).toBe(true);
    expect(await objects.putIfAbsent('a/b.json', Buffer.from('two'))).toBe(false);
    expect(String(await objects.get('a/b.json'))).toBe('one');
    await objects.delete('a/b.json');
    await objects.delete('a/b.json');
    expect(await objects.get('a/b.json')).toBeNull();
    expect(await objects.putIfAbsent('a/b.json', Buffer.alloc(0))).toBe(true);
    expect(await objects.get('a/b.json')).toEqual(Buffer.alloc(0));
  });

  test(`${kind}: a megabyte of any bytes comes back as it was`, async (context) => {
    const objects = (await open(context))();
    const content = Buffer.from(Array.from({ length: 1 << 20 }, (_, index) => (index * 131) % 256));
    expect(await objects.putIfAbsent('big', content)).toBe(true);
    expect((await objects.get('big'))?.equals(content)).toBe(true);
  });

  test(`${kind}: lists every key of a prefix, over several pages, in order of the bytes`, async (context) => {
    const objects = (await open(context))();
    const keys = ['b', 'a/10', 'a/2', 'a/x/y', 'a-b', 'a/x.json', 'a0', 'a/_'];
    for (const key of keys) await objects.putIfAbsent(key, Buffer.from(key));
    const sorted = keys.toSorted((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
    expect(await objects.list('')).toEqual(sorted);
    expect(await objects.list('a/')).toEqual(['a/10', 'a/2', 'a/_', 'a/x.json', 'a/x/y']);
    expect(await objects.list('a/x')).toEqual(['a/x.json', 'a/x/y']);
    expect(await objects.list('a')).toEqual(sorted.filter((key) => key !== 'b'));
    expect(await objects.list('c/')).toEqual([]);
    const found = await objects.inspect('a/');
    expect(found.map(({ key }) => key)).toEqual(await objects.list('a/'));
    for (const { key, sizeBytes, modifiedAt } of found) {
      expect([key, sizeBytes]).toEqual([key, key.length]);
      expect(Math.abs(modifiedAt - Date.now())).toBeLessThan(3_600_000);
    }
  });

  test(`${kind}: of 16 who put one key at once one wins, and its content stays`, async (context) => {
    const make = await open(context);
    const writers = Array.from({ length: 16 }, make);
    for (let round = 0; round < 5; round += 1) {
      const key = `race/${round}`;
      const won = await Promise.all(
        writers.map((objects, index) => objects.putIfAbsent(key, Buffer.from(`writer ${index}`))),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(String(await writers[0]?.get(key))).toBe(`writer ${won.indexOf(true)}`);
    }
  });

  test(`${kind}: what is not a key is refused`, async (context) => {
    const objects = (await open(context))();
    const hostile = [
      '',
      '/',
      '.',
      '..',
      '../a',
      'a/../b',
      'a//b',
      '/a',
      'a/',
      'A',
      'a b',
      'a\0b',
      'a\nb',
      'ä',
      'a\\b',
      '~a',
      '%2e%2e/a',
      '...',
      'a'.repeat(201),
      'a/'.repeat(300),
    ];
    for (const key of hostile) {
      const refusal = { code: 'INVALID_ARGUMENT' };
      await expect(objects.get(key), key).rejects.toMatchObject(refusal);
      await expect(objects.putIfAbsent(key, Buffer.from('x')), key).rejects.toMatchObject(refusal);
      await expect(objects.delete(key), key).rejects.toMatchObject(refusal);
    }
    await expect(objects.list('../')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await objects.list('')).toEqual([]);
  });

  test(`${kind}: honours conditional puts, and the probe leaves nothing behind`, async (context) => {
    const objects = (await open(context))();
    await probeConditionalPut(objects);
    expect(await objects.list('')).toEqual([]);
  });
}
