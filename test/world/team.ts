import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import type { AppError } from '../../src/schema/app-error.ts';
import { sessionId } from '../../src/schema/ids.ts';
import type { OutputOf } from '../../src/schema/operation.ts';
import type { Drafts } from './drafts.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { eventually, type Home, makeHome } from './home.ts';
import { type S3, startS3 } from './s3.ts';

/** Name of the workspace that the machines share. */
export const workspace = 'team';

/** One machine: a home of its own, its daemon, and its own line to the bucket, which can be cut. */
export interface Machine {
  home: Home;
  line: FaultProxy;
  /** Arguments of the command that creates or joins the shared workspace. */
  joining: string[];
  join(): Promise<void>;
  start(): Promise<void>;
  /** The id under which it numbers its events. */
  writer(): Promise<string>;
  /** Appends numbered prompts to a session; returns how many were acknowledged. */
  say(session: string, from: number, count: number): Promise<number>;
  /** The numbers that a reader of the session sees, in the order that is shown. */
  heard(session: string): Promise<number[]>;
  status(): Promise<OutputOf<'status.show'>>;
  stats(): Promise<OutputOf<'store.stats'>>;
  /** How a recall ends: with an event that has the word, with none, or with the code of an error. */
  recall(word: string): Promise<'found' | 'nothing' | AppError['code']>;
  /** Waits until everything that was acknowledged here is in the bucket. */
  drained(): Promise<void>;
  /** The folder of the workspace. */
  directory(): Promise<string>;
  remove(): Promise<void>;
}

/** A bucket's prefix of one's own, and the machines that share it. */
export interface Team {
  prefix: string;
  machine(): Promise<Machine>;
  /** Ends everything that was made. */
  remove(): Promise<void>;
}

/** What a test finds: the server, and a team that is gone when the test has ended. */
export interface Given {
  s3: S3;
  team: Team;
}

/** Gives each test of a file a team in a bucket of a real server, or skips it and says why there is none. */
export function giveTeam(): () => Given {
  let found: S3 | { skip: string };
  let given: Given | null = null;
  // Several daemons and a server, on a machine that may be busy.
  vi.setConfig({ testTimeout: 300_000 });
  beforeAll(async () => {
    found = await startS3();
  }, 300_000);
  beforeEach((context) => {
    if ('skip' in found) return context.skip(found.skip);
    given = { s3: found, team: makeTeam(found) };
  });
  afterEach(() => given?.team.remove());
  afterAll(() => {
    if (!('skip' in found)) found.stop();
  });
  return () => {
    if (given === null) throw new Error('there is a team only inside a test');
    return given;
  };
}

/** How long one waits for what must come: other runs may have the processors. */
export const patienceMs = 90_000;

const events = (session: string, from: number, count: number): Drafts =>
  Array.from({ length: count }, (_, index) => ({
    type: 'turn.prompted',
    agent: 'claude-code',
    session: sessionId('claude-code', session),
    identity: { nativeId: `${session}-${from + index}`, phase: 'prompt' },
    actor: { kind: 'human', name: 'dev' },
    text: `${session} number ${from + index}`,
    body: { prompt: '', number: from + index },
  }));

/** So many events are sent by one call. */
const mostPerCall = 1_000;

export function makeTeam(s3: S3): Team {
  const prefix = `team-${randomBytes(6).toString('hex')}`;
  const machines: Machine[] = [];
  return {
    prefix,
    machine: async () => {
      const made = await makeMachine(s3, prefix);
      machines.push(made);
      return made;
    },
    remove: async () => {
      await Promise.all(machines.splice(0).map((one) => one.remove()));
    },
  };
}

async function makeMachine(s3: S3, prefix: string): Promise<Machine> {
  const home = makeHome();
  const line = await startFaultProxy(s3.endpoint);
  // The address of its own line is the workspace's; the variables have the credentials only.
  const { AWS_ENDPOINT_URL_S3: _address, ...credentials } = s3.env;
  Object.assign(home.env, credentials);
  const joining = ['workspace', 'create', workspace, '--no-bind'];
  joining.push('--store', `s3://${s3.bucket}/${prefix}`, '--endpoint', line.endpoint);

  const say: Machine['say'] = async (session, from, count) => {
    let acked = 0;
    for (let at = from; at < from + count; at += mostPerCall) {
      const drafts = events(session, at, Math.min(mostPerCall, from + count - at));
      acked += (await home.call('event.append', { workspace, events: drafts })).appended.length;
    }
    return acked;
  };

  const heard: Machine['heard'] = async (session) => {
    const numbers: number[] = [];
    for (;;) {
      const input = { workspace, session: sessionId('claude-code', session), after: numbers.length };
      const { steps, total } = await home.call('replay.show', { ...input, limit: 5_000 });
      numbers.push(...steps.map(({ body }) => Number(body.number)));
      if (steps.length === 0 || numbers.length >= total) return numbers;
    }
  };

  const status: Machine['status'] = () => home.call('status.show', { workspace });
  return {
    home,
    line,
    joining,
    join: async () => void (await home.json(joining)),
    start: async () => void (await home.json(['daemon', 'start'])),
    writer: async () => (await home.call('store.stats', { workspace })).writer,
    say,
    heard,
    status,
    stats: () => home.call('store.stats', { workspace }),
    recall: async (word) => {
      try {
        const { cards } = await home.call('recall.search', { workspace, query: word });
        return cards.length > 0 ? 'found' : 'nothing';
      } catch (error) {
        return (error as AppError).code;
      }
    },
    drained: async () => {
      await eventually(async () => (await status()).tail === 0, 'an empty tail', patienceMs);
    },
    directory: async () => {
      const { workspaces } = await home.call('workspace.list', {});
      return join(home.dir, '.hivemind', 'data', workspaces[0]?.id ?? '');
    },
    remove: async () => {
      await home.remove();
      await line.close();
      rmSync(home.dir, { recursive: true, force: true });
    },
  };
}

/** Waits until the machine shows so many events of the session, then gives their numbers. */
export async function hears(machine: Machine, session: string, count: number): Promise<number[]> {
  const all = async (): Promise<number[]> => machine.heard(session).catch(() => []);
  await eventually(
    async () => (await all()).length >= count,
    `${count} events of ${session}`,
    patienceMs,
  ).catch(async (error) => {
    const status = await machine.status().catch(String);
    throw new Error(`${error}; there are ${(await all()).length}; ${JSON.stringify(status).slice(0, 900)}`);
  });
  return machine.heard(session);
}

/** Waits until the status says that something is wrong, and what. */
export const troubleOf = (machine: Machine): Promise<string> =>
  eventually(
    async () => (await machine.status()).store?.trouble ?? null,
    'trouble in the status',
    patienceMs,
  );

/** The machine, and another that comes new and has a line that is well, have numbers 1 to `count` of the session once, in order, and no more. */
export async function expectShared(
  team: Team,
  machine: Machine,
  session: string,
  count: number,
): Promise<void> {
  const other = await team.machine();
  await other.join();
  for (const one of [other, machine]) {
    expect(await hears(one, session, count)).toEqual(numbers(count));
    // And that the main branch was created.
    expect((await one.status()).events).toBe(count + 1);
  }
}

/** The numbers from `from` on. */
export const numbers = (count: number, from = 1): number[] =>
  Array.from({ length: count }, (_, index) => from + index);
