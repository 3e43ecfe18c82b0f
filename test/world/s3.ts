import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, openSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { type Answer, keeperDirectory, keeperSocket } from './s3-keeper.ts';

export interface S3 {
  endpoint: string;
  /** A bucket of one's own. */
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
  /** The standard AWS variables for it, for child processes. */
  env: Record<string, string>;
  /** Lets go of the server; it ends some seconds after the last test that uses it. */
  stop(): void;
}

/** `install` may take a minute where the packages are not there yet. */
const START_TIMEOUT_MS = 240_000;
/** So often a server that did not start, on a machine that was too busy, is started again. */
const MOST_FAILURES = 1;
/** What s3-server.sh sets up. */
const accessKeyId = 'testkey';
const secretAccessKey = 'testsecret';
const region = 'us-east-1';

/** A real S3 server, shared by all who ask on this machine, with a fresh bucket; or why this machine cannot have one. */
export async function startS3(): Promise<S3 | { skip: string }> {
  const { socket, answer } = await askKeeper();
  if ('error' in answer) throw new Error(`the S3 server did not start: ${answer.error}`);
  if ('skip' in answer) {
    socket.destroy();
    return answer;
  }
  // A test that forgets to stop it can end all the same.
  socket.unref();
  const { endpoint } = answer;
  const bucket = `test-${randomBytes(8).toString('hex')}`;
  await createBucket(endpoint, bucket);
  return {
    endpoint,
    bucket,
    accessKeyId,
    secretAccessKey,
    region,
    env: {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: region,
      AWS_ENDPOINT_URL_S3: endpoint,
    },
    stop: () => socket.destroy(),
  };
}

/** Gives this process the variables, and takes away those of whoever runs the tests. */
export function setAwsVariables(env: Record<string, string>): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: 'true' }, env);
}

export async function createBucket(endpoint: string, bucket: string): Promise<void> {
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
}

async function askKeeper(): Promise<{ socket: Socket; answer: Answer }> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  let failures = 0;
  for (;;) {
    const socket = await connectTo(keeperSocket);
    const answer = socket === null ? null : await readAnswer(socket);
    const isOver = answer !== null && 'error' in answer && failures++ < MOST_FAILURES;
    if (socket !== null && answer !== null && !isOver) return { socket, answer };
    socket?.destroy();
    if (performance.now() > deadline) throw new Error(`no S3 server after ${START_TIMEOUT_MS} ms`);
    if (socket === null) startKeeper();
    await sleep(300);
  }
}

function connectTo(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('error', () => resolve(null));
    socket.once('connect', () => resolve(socket));
  });
}

/** Null when the keeper went instead of answering. */
async function readAnswer(socket: Socket): Promise<Answer | null> {
  for await (const line of createInterface({ input: socket })) return JSON.parse(line) as Answer;
  return null;
}

/** One keeper too many ends at once. */
function startKeeper(): void {
  mkdirSync(keeperDirectory, { recursive: true, mode: 0o700 });
  const log = openSync(join(keeperDirectory, 'keeper.log'), 'a', 0o600);
  const keeper = fileURLToPath(new URL('./s3-keeper.ts', import.meta.url));
  spawn(process.execPath, [keeper], { detached: true, stdio: ['ignore', log, log] }).unref();
}
