import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually, type Home } from '../world/home.ts';
import { giveTeam, hears, numbers, patienceMs } from '../world/team.ts';

const given = giveTeam();

/** Files below a folder that have one of the words in them. */
const filesWith = (folder: string, words: readonly string[]): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const bytes = readFileSync(path);
      return words.some((word) => bytes.includes(word));
    });

test('credentials are in none of our files: not after work, an outage, a refusal, a crash', async () => {
  const { s3, team } = given();
  const one = await team.machine();
  // A key that nothing else has in it.
  const secrets = [s3.secretAccessKey, s3.accessKeyId, 'session-token-of-mine'];
  await one.join();
  expect(await one.say('work', 1, 50)).toBe(50);
  await one.drained();
  await one.line.refuse();
  expect(await one.say('work', 51, 5)).toBe(5);
  await eventually(async () => /bucket|s3/i.test(readFileSync(logOf(one.home), 'utf8')), 'a word in the log');
  await one.home.kill();
  await one.start();
  expect(await one.say('work', 56, 5)).toBe(5);
  await one.line.listen();
  one.line.setSchedule(() => ({ kind: 'expired-token' }));
  expect(await one.say('work', 61, 5)).toBe(5);
  await eventually(async () => one.line.seen.some(({ fault }) => fault === 'expired-token'), 'a refusal');
  one.line.setSchedule(null);
  await one.drained();
  await one.home.json(['daemon', 'stop']);
  expect(filesWith(one.home.dir, secrets)).toEqual([]);
});

const logOf = (home: Home): string => join(home.dir, '.hivemind', 'logs', 'daemon.log');

test('a profile is read again: keys that were wrong are put right without a new daemon', async () => {
  const { s3, team } = given();
  const one = await team.machine();
  await mkdir(join(one.home.dir, '.aws'), { recursive: true });
  const keep = (secret: string): void =>
    writeFileSync(
      join(one.home.dir, '.aws', 'credentials'),
      `[team]\naws_access_key_id = ${s3.accessKeyId}\naws_secret_access_key = ${secret}\n`,
    );
  Object.assign(one.home.env, { AWS_PROFILE: 'team', AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' });
  keep('wrong');
  expect((await one.home.hivemind(one.joining)).exitCode).toBe(4);
  keep(s3.secretAccessKey);
  await one.join();
  expect(await one.say('work', 1, 10)).toBe(10);
  await one.drained();

  // The same while the workspace is open, and for a daemon that begins with the wrong ones.
  keep('wrong');
  await one.home.kill();
  await one.start();
  expect(await one.say('work', 11, 10)).toBe(10);
  expect(await one.recall('work')).not.toBe('nothing');
  await eventually(
    async () => /refuses|credentials|denied|403/i.test(String((await one.status()).store?.trouble)),
    'a word about it in the status',
    patienceMs,
  );
  keep(s3.secretAccessKey);
  await one.drained();
  expect(await hears(one, 'work', 20)).toEqual(numbers(20));
});
