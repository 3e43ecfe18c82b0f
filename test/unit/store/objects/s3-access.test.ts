import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import { afterEach, beforeEach, expect, type TestContext, test } from 'vitest';
import { lanceConnection, parseLocation } from '../../../../src/store/location.ts';
import type { Objects } from '../../../../src/store/objects/objects.ts';
import { probeConditionalPut } from '../../../../src/store/objects/probe.ts';
import { openS3Objects } from '../../../../src/store/objects/s3.ts';
import { startFaultProxy } from '../../../world/fault-proxy.ts';
import { type S3, setAwsVariables } from '../../../world/s3.ts';
import { startUnsafeS3 } from '../../../world/unsafe-s3.ts';
import { provideBucket, provideDirectories } from './places.ts';

const bucket = provideBucket();
const directories = provideDirectories();

let ends: (() => unknown)[] = [];
let before: Record<string, string> = {};
beforeEach(() => {
  before = Object.fromEntries(Object.entries(process.env).filter(isAws));
});
afterEach(async () => {
  for (const end of ends) await end();
  ends = [];
  // LanceDB reads the environment of the process itself: another object in its place would hide the changes from it.
  setAwsVariables(before);
});

const isAws = (entry: [string, string | undefined]): entry is [string, string] => entry[0].startsWith('AWS_');

let rooms = 0;
function openAt(s3: S3, location: { endpoint?: string; region?: string } = {}): Promise<Objects> {
  rooms += 1;
  return openS3Objects(parseLocation(`s3://${s3.bucket}/access-${rooms}`, location));
}

/** Puts a row into a table through LanceDB, and reads it. */
async function writeTable(s3: S3, name: string, location: { endpoint?: string } = {}): Promise<number> {
  const found = await lanceConnection(parseLocation(`s3://${s3.bucket}/tables`, location));
  const db = await connect(found.uri, { storageOptions: found.storageOptions });
  const table = await db.createTable(name, [{ a: 1 }]);
  return table.countRows();
}

/** `~/.aws` of somebody whose profile `team` has the keys. */
function writeProfile(home: string, s3: S3, secret: string, config = ''): void {
  mkdirSync(join(home, '.aws'), { recursive: true });
  const lines = ['[default]', 'aws_access_key_id=x', 'aws_secret_access_key=x', '[team]'];
  lines.push(`aws_access_key_id=${s3.accessKeyId}`, `aws_secret_access_key=${secret}`, '');
  writeFileSync(join(home, '.aws', 'credentials'), lines.join('\n'));
  writeFileSync(join(home, '.aws', 'config'), `[profile team]\nregion=us-east-1\n${config}`);
}

const useHome = (home: string): void => {
  process.env.AWS_SHARED_CREDENTIALS_FILE = join(home, '.aws', 'credentials');
  process.env.AWS_CONFIG_FILE = join(home, '.aws', 'config');
};

/** Objects and tables take the same road: what one can reach the other can. */
async function expectBoth(s3: S3, location: { endpoint?: string } = {}): Promise<void> {
  const objects = await openAt(s3, location);
  expect(await objects.putIfAbsent('a', Buffer.from('x'))).toBe(true);
  expect(await writeTable(s3, `t${rooms}`, location)).toBe(1);
}

test('objects and LanceDB both go by the standard variables', async (context) => {
  await expectBoth(bucket.need(context));
});

test('AWS_ENDPOINT_URL_S3 wins over AWS_ENDPOINT_URL, for both', async (context) => {
  const s3 = bucket.need(context);
  setAwsVariables({ ...s3.env, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' });
  await expectBoth(s3);
});

test('the endpoint of a location wins over the environment, for both', async (context) => {
  const s3 = bucket.need(context);
  const elsewhere = 'http://127.0.0.1:1';
  const env = { AWS_ENDPOINT_URL_S3: elsewhere, AWS_ENDPOINT_URL: elsewhere, AWS_ENDPOINT: elsewhere };
  setAwsVariables({ ...s3.env, ...env });
  await expectBoth(s3, { endpoint: s3.endpoint });
});

test('a profile gives keys, region and endpoint, for both, and wins over keys in the environment', async (context) => {
  const s3 = bucket.need(context);
  const home = directories.make();
  writeProfile(home, s3, s3.secretAccessKey, `endpoint_url=${s3.endpoint}\n`);
  setAwsVariables({ AWS_PROFILE: 'team', AWS_ACCESS_KEY_ID: 'wrong', AWS_SECRET_ACCESS_KEY: 'wrong' });
  useHome(home);
  await expectBoth(s3);
});

test('a key that was changed in the file is taken without a new process', async (context) => {
  const s3 = bucket.need(context);
  const home = directories.make();
  writeProfile(home, s3, 'out-of-date');
  setAwsVariables({ AWS_PROFILE: 'team', AWS_ENDPOINT_URL_S3: s3.endpoint });
  useHome(home);
  const objects = await openAt(s3);
  await expect(objects.list('')).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  writeProfile(home, s3, s3.secretAccessKey);
  expect(await objects.list('')).toEqual([]);
  expect(await writeTable(s3, 'rotated')).toBe(1);
});

test('credentials that expire say when', async (context) => {
  const s3 = bucket.need(context);
  const expiry = new Date(Date.now() + 3_600_000).toISOString();
  const env = { AWS_SESSION_TOKEN: 'token', AWS_CREDENTIAL_EXPIRATION: expiry };
  setAwsVariables({ ...s3.env, ...env });
  const { storageOptions, expiresAt } = await lanceConnection(parseLocation(`s3://${s3.bucket}/a`));
  expect(expiresAt).toBe(Date.parse(expiry));
  expect(storageOptions.aws_session_token).toBe('token');
});

test('without credentials it is said what to set', async (context) => {
  const s3 = bucket.need(context);
  setAwsVariables({ AWS_ENDPOINT_URL_S3: s3.endpoint });
  useHome(directories.make());
  const refusal = { code: 'PERMISSION_DENIED', hint: expect.stringContaining('AWS_ACCESS_KEY_ID') };
  await expect((await openAt(s3)).list('')).rejects.toMatchObject(refusal);
  await expect(lanceConnection(parseLocation(`s3://${s3.bucket}/a`))).rejects.toMatchObject(refusal);
});

test('a wrong secret is refused', async (context) => {
  const s3 = bucket.need(context);
  setAwsVariables({ ...s3.env, AWS_SECRET_ACCESS_KEY: 'wrong' });
  await expect((await openAt(s3)).get('a')).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
});

test('no error shows a secret', async (context) => {
  const s3 = bucket.need(context);
  setAwsVariables({ ...s3.env, AWS_SECRET_ACCESS_KEY: 'do-not-show-me' });
  const error = await (await openAt(s3)).get('a').catch((thrown: unknown) => thrown);
  expect(JSON.stringify(error)).toContain('PERMISSION_DENIED');
  expect(JSON.stringify(error)).not.toContain('do-not-show-me');
});

test('a bucket that does not exist is NOT_FOUND, for every function', async (context) => {
  bucket.need(context);
  const objects = await openS3Objects(parseLocation('s3://no-such-bucket/a'));
  const refusal = { code: 'NOT_FOUND' };
  await expect(objects.get('a')).rejects.toMatchObject(refusal);
  await expect(objects.putIfAbsent('a', Buffer.from('x'))).rejects.toMatchObject(refusal);
  await expect(objects.list('')).rejects.toMatchObject(refusal);
});

/** An HTTP server that answers everything alike. */
async function openAtServer(context: TestContext, status: number, body: string): Promise<Objects> {
  const server = createServer((_, outgoing) => outgoing.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return openAt(bucket.need(context), { endpoint: `http://127.0.0.1:${port}` });
}

test('a server that is no S3 server is not an empty store', async (context) => {
  for (const [status, body] of [
    [404, '<html>'],
    [404, ''],
    [200, '<html>hello'],
    [302, ''],
  ] as const) {
    const objects = await openAtServer(context, status, body);
    await expect(objects.list(''), `${status} ${body}`).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    if (status !== 200)
      await expect(objects.get('a'), `${status} ${body}`).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  }
});

test('the probe refuses a store that does not know conditional puts', async (context) => {
  const body = '<Error><Code>NotImplemented</Code><Message>A header is not implemented</Message></Error>';
  const objects = await openAtServer(context, 501, body);
  await expect(probeConditionalPut(objects)).rejects.toMatchObject({
    code: 'FAILED_PRECONDITION',
    message: expect.stringContaining('does not know conditional writes'),
  });
});

test('the probe refuses s3rver, which ignores them, and leaves nothing in it', async () => {
  const unsafe = await startUnsafeS3();
  ends.push(unsafe.stop);
  setAwsVariables(unsafe.env);
  const objects = await openS3Objects(parseLocation(`s3://${unsafe.bucket}/a`));
  await expect(probeConditionalPut(objects)).rejects.toMatchObject({
    code: 'FAILED_PRECONDITION',
    message: expect.stringContaining('ignores conditional writes'),
    hint: expect.stringContaining('If-None-Match'),
  });
  expect(await objects.list('')).toEqual([]);
});

test('the probe of a store that is away does not call it unsafe', async (context) => {
  const proxy = await startFaultProxy(bucket.need(context).endpoint);
  await proxy.close();
  const objects = await bucket.open(context, proxy.endpoint, { maxAttempts: 1 });
  await expect(probeConditionalPut(objects)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('LanceDB gets over lost answers without a row twice, and errs when the server is away', async (context) => {
  const s3 = bucket.need(context);
  const proxy = await startFaultProxy(s3.endpoint);
  ends.push(proxy.close);
  const location = parseLocation(`s3://${s3.bucket}/lance-faults`, { endpoint: proxy.endpoint });
  const { uri, storageOptions } = await lanceConnection(location);
  const db = await connect(uri, { storageOptions, readConsistencyInterval: 0 });
  const table = await db.createTable('t', [{ a: 0 }]);
  for (const part of ['/data/', '/_transactions/', '/_versions/']) {
    let lost = 0;
    proxy.setSchedule(({ method, url }) =>
      method === 'PUT' && url.includes(part) && lost++ === 0 ? { kind: 'drop-response' } : null,
    );
    await table.add([{ a: table.name.length }]);
    expect(lost, part).toBeGreaterThan(0);
  }
  expect(await table.countRows()).toBe(4);
  await proxy.refuse();
  await expect(table.add([{ a: 9 }])).rejects.toThrow();
  await proxy.listen();
  proxy.setSchedule(null);
  expect(await table.countRows()).toBe(4);
});
