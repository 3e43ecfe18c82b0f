import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import type { OutputOf } from '../../src/schema/operation.ts';
import { eventually, type Home, makeHome } from '../world/home.ts';
import { expectShared, giveTeam, hears, numbers, patienceMs, workspace } from '../world/team.ts';
import { startUnsafeS3 } from '../world/unsafe-s3.ts';

const given = giveTeam();

/** Keys below a prefix. */
async function keysIn({ endpoint, env }: { endpoint: string; env: Record<string, string> }, bucket: string) {
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    },
  });
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
  client.destroy();
  return Contents.map(({ Key = '' }) => Key);
}

/** What a home has of workspaces: those that it lists, and the folders that it has for any. */
async function traces(home: Home): Promise<{ listed: string[]; folders: string[] }> {
  const { workspaces } = await home.json<{ workspaces: { name: string }[] }>(['workspace', 'list']);
  const data = join(home.dir, '.hivemind', 'data');
  return {
    listed: workspaces.map(({ name }) => name),
    folders: existsSync(data) ? readdirSync(data).filter((name) => name.startsWith('ws_')) : [],
  };
}

const nothing = { listed: [], folders: [] };

test('two machines share a workspace: what each appends the other sees once, in order, and finds', async () => {
  const [a, b] = [await given().team.machine(), await given().team.machine()];
  await a.join();
  await a.drained();
  expect(await a.say('apples', 1, 30)).toBe(30);
  await b.join();
  expect(await b.say('bananas', 1, 40)).toBe(40);
  expect(await a.say('apples', 31, 5)).toBe(5);
  for (const machine of [a, b]) {
    expect(await hears(machine, 'apples', 35)).toEqual(numbers(35));
    expect(await hears(machine, 'bananas', 40)).toEqual(numbers(40));
    expect(await machine.recall('apples')).toBe('found');
    expect(await machine.recall('bananas')).toBe('found');
    // And that the main branch was created.
    expect((await machine.status()).events).toBe(76);
  }
  expect(await a.writer()).not.toBe(await b.writer());
  const [mine, theirs] = [await a.home.call('workspace.list', {}), await b.home.call('workspace.list', {})];
  expect(theirs.workspaces[0]?.id).toBe(mine.workspaces[0]?.id);

  // A machine that comes back has what happened meanwhile.
  await b.home.json(['daemon', 'stop']);
  expect(await a.say('apples', 36, 10)).toBe(10);
  await a.drained();
  await b.start();
  expect(await hears(b, 'apples', 45)).toEqual(numbers(45));
});

test('two machines that create it at the same moment have the same one', async () => {
  const machines = await Promise.all([
    given().team.machine(),
    given().team.machine(),
    given().team.machine(),
  ]);
  await Promise.all(machines.map((one) => one.join()));
  for (const [index, one] of machines.entries()) expect(await one.say(`m${index}`, 1, 20)).toBe(20);
  for (const one of machines)
    for (const index of machines.keys()) expect(await hears(one, `m${index}`, 20)).toEqual(numbers(20));
  for (const one of machines) {
    await one.drained();
    // One of them has recorded that the main branch was created.
    await eventually(async () => (await one.status()).events === 61, '61 events', patienceMs);
  }
  const [first] = machines;
  // Beside these each says now and then how far it has seen the others.
  const found = await first?.home.json<OutputOf<'store.verify'>>(['store', 'verify', '-w', workspace]);
  expect(found).toMatchObject({ ok: true, rows: found?.events });
  expect(found?.events).toBeGreaterThanOrEqual(61);
});

describe('what is refused leaves nothing behind', () => {
  test('a prefix that keeps a workspace of another name', async () => {
    const [a, b] = [await given().team.machine(), await given().team.machine()];
    await a.join();
    const refused = await b.home.hivemind(b.joining.with(2, 'other'));
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(`keeps the workspace "${workspace}"`);
    expect(refused.stderr).toContain(`hivemind workspace create ${workspace} --store`);
    expect(await traces(b.home)).toEqual(nothing);
    await b.join();
  });

  test('a name that a workspace of this home has', async () => {
    const { home, joining } = await given().team.machine();
    await home.json(['workspace', 'create', 'Team', '--no-bind']);
    const before = await traces(home);
    const refused = await home.hivemind(joining);
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('"team" already')]);
    expect(await traces(home)).toEqual(before);
    expect(await keysIn(given().s3, given().s3.bucket)).not.toContainEqual(
      expect.stringContaining(given().team.prefix),
    );
  });

  test('a bucket that goes away once it was joined; the same command can be typed again', async () => {
    const a = await given().team.machine();
    for (const part of [/\/catalog/, /\/tables\//, /birth/]) {
      a.line.setSchedule(({ url }) => (part.test(url) ? { kind: 'slow-down' } : null));
      const refused = await a.home.hivemind(a.joining);
      expect([part, refused.exitCode, refused.stderr]).toEqual([
        part,
        5,
        expect.stringContaining('fewer requests'),
      ]);
      expect(await traces(a.home)).toEqual(nothing);
    }
    // The claim was made, and its answer lost.
    let lost = 0;
    a.line.setSchedule(({ url }) => {
      if (!url.includes('birth')) return null;
      lost += 1;
      return { kind: 'drop-response' };
    });
    expect((await a.home.hivemind(a.joining)).exitCode).toBe(5);
    expect(lost).toBeGreaterThan(0);
    expect(await traces(a.home)).toEqual(nothing);
    a.line.setSchedule(null);
    await a.join();
    expect(await a.say('work', 1, 10)).toBe(10);
    await a.drained();
    await expectShared(given().team, a, 'work', 10);
  });

  test('a store that ignores If-None-Match', async () => {
    const unsafe = await startUnsafeS3();
    const home = makeHome();
    try {
      Object.assign(home.env, unsafe.env);
      const refused = await home.hivemind([
        ...['workspace', 'create', workspace, '--no-bind', '--store', `s3://${unsafe.bucket}/team`],
      ]);
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toContain('ignores conditional writes (If-None-Match: *)');
      expect(refused.stderr).toContain('lose events');
      expect(await traces(home)).toEqual(nothing);
      expect(await keysIn(unsafe, unsafe.bucket)).toEqual([]);
      // The name is free.
      expect((await home.hivemind(['workspace', 'create', workspace, '--no-bind'])).exitCode).toBe(0);
    } finally {
      await home.remove();
      await unsafe.stop();
    }
  });

  test('no credentials, wrong ones, no such bucket, nobody there, no address', async () => {
    const { home, joining, line } = await given().team.machine();
    const ask = async (
      env: Record<string, string>,
      args: string[],
    ): Promise<{ exitCode: number; stderr: string }> => {
      await home.hivemind(['daemon', 'stop']);
      const { exitCode, stderr } = await home.hivemind(args, { env });
      expect(await traces(home)).toEqual(nothing);
      return { exitCode, stderr };
    };
    const at = (store: string, endpoint = line.endpoint): string[] => [
      ...joining.slice(0, 4),
      ...['--store', store, '--endpoint', endpoint],
    ];

    const none = await ask(
      { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' },
      joining,
    );
    expect(none.exitCode).toBe(4);
    expect(none.stderr).toMatch(
      /refuses these credentials[\s\S]*AWS_ACCESS_KEY_ID[\s\S]*hivemind daemon stop/,
    );

    const wrong = await ask({ AWS_SECRET_ACCESS_KEY: 'not-the-secret' }, joining);
    expect(wrong.exitCode).toBe(4);
    expect(wrong.stderr).toMatch(/refuses these credentials[\s\S]*AWS_PROFILE/);
    expect(wrong.stderr).not.toContain('not-the-secret');

    const gone = await ask({}, at('s3://there-is-no-such-bucket/team'));
    expect(gone.exitCode).toBe(1);
    expect(gone.stderr).toMatch(/bucket of s3:\/\/there-is-no-such-bucket\/team does not exist/);
    expect(gone.stderr).toMatch(/create the bucket/);

    await line.refuse();
    const away = await ask({}, joining);
    expect(away.exitCode).toBe(5);
    expect(away.stderr).toMatch(/does not answer[\s\S]*network/);
    await line.listen();

    for (const store of ['gs://bucket/x', 's3://bucket', 's3://UPPER/x', 's3://bucket/../x']) {
      const bad = await ask({}, at(store));
      expect([store, bad.exitCode]).toEqual([store, 2]);
    }
    expect((await ask({}, at(`s3://${given().s3.bucket}/x`, 'ftp://host'))).exitCode).toBe(2);
    expect((await home.hivemind(['workspace', 'create', workspace, '--region', 'eu'])).exitCode).toBe(2);
    expect(await keysIn(given().s3, given().s3.bucket)).not.toContainEqual(
      expect.stringContaining(given().team.prefix),
    );
  });
});
