import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import type { BrowserContext } from 'playwright-core';
import { type Chromium, startChromium } from '../test/world/chromium.ts';
import { type Visitor, visit } from '../test/world/page-client.ts';
import { createCorpus } from './lib/corpus.ts';
import { type DaemonUnderTest, daemonOf } from './lib/daemon.ts';
import { load, untilSettled } from './lib/fill.ts';
import { quantile, type Ratio, type Report, type Row, ratio, shuffle, toRow } from './lib/measure.ts';
import { filesOfFirstLoad, servePeer, timeLoads } from './lib/page-load.ts';
import { type BenchWorld, makeWorld, packageRoot } from './lib/world.ts';

const bundleLimitKb = 250;
/** What a person takes for at once. */
const waitMs = 100;
/** Steps and sessions that a screen shows at once. */
const pageSize = 50;

/**
 * The page in the browser: its first load beside that of an empty page in the same Chromium, the size of its bundle, and
 * what a list of sessions and a page of steps take through its HTTP, beside the same operation on the socket and the same
 * rows in SQLite. `--events 10000,1000000` says how many events there are.
 */
export async function benchWeb(rounds: number): Promise<Report> {
  const sizes = (process.env.HIVEMIND_BENCH_EVENTS ?? '10000').split(',').map(Number);
  const chromium = await startChromium();
  if ('skip' in chromium) throw new Error(chromium.skip);
  const world = makeWorld();
  try {
    const daemon = daemonOf(world, 'bench');
    const rows: Row[] = [];
    const next = createCorpus();
    let sent = 0;
    for (const size of sizes) {
      await load(daemon, next, size - sent);
      sent = size;
      await untilSettled(daemon);
      rows.push(...(await timeReads(world, daemon, size, rounds)));
    }
    const loads = await timeFirstLoads(world, chromium, Math.max(3, Math.round(rounds / 5)));
    const bundle = await sizeOfBundle(world, chromium);
    rows.push(...loads);
    return { bench: 'web', rows, ratios: [...ratiosOf(rows, sizes), ...bundle] };
  } finally {
    await chromium.close();
    world.remove();
  }
}

const addressOf = (world: BenchWorld): string =>
  (JSON.parse(world.hivemind('web', '--json')) as { url: string }).url;

async function timeFirstLoads(world: BenchWorld, { browser }: Chromium, rounds: number): Promise<Row[]> {
  const peer = await servePeer();
  const { origin } = new URL(addressOf(world));
  const fresh = async (): Promise<BrowserContext> => {
    const context = await browser.newContext();
    await letIn(context, world);
    return context;
  };
  const subjects = [
    { name: 'overview', url: `${origin}/w/bench`, fresh },
    { name: 'empty_page', url: peer.url, fresh: () => browser.newContext() },
  ];
  const loads = await timeLoads(subjects, rounds);
  peer.close();
  return [...loads].flatMap(([name, all]) => [
    toRow(
      `${name}_paint`,
      all.map(({ paintMs }) => paintMs),
    ),
    toRow(
      `${name}_heading`,
      all.map(({ headingMs }) => headingMs),
    ),
    toRow(
      `${name}_data`,
      all.map(({ dataMs }) => dataMs),
    ),
  ]);
}

/** Gives a browser its cookie and its key, without loading the page. */
async function letIn(context: BrowserContext, world: BenchWorld): Promise<void> {
  const { origin, cookie, key } = await visit(addressOf(world));
  const [name = '', value = ''] = cookie.split('=');
  await context.addCookies([{ name, value, url: origin, httpOnly: true, sameSite: 'Strict' }]);
  await context.addInitScript(
    ([own, kept]) => {
      if (location.origin === own) localStorage.setItem('hivemind-key', kept ?? '');
    },
    [origin, key],
  );
}

async function sizeOfBundle(world: BenchWorld, { browser }: Chromium): Promise<Ratio[]> {
  const folder = join(packageRoot, 'dist', 'web-page');
  const zipped = (path: string): number => gzipSync(readFileSync(join(folder, path)), { level: 9 }).length;
  const kb = (paths: readonly string[]): number =>
    Math.round(paths.reduce((sum, path) => sum + zipped(path), zipped('index.html')) / 102.4) / 10;
  const all = readdirSync(join(folder, 'assets')).map((name) => `assets/${name}`);
  const { origin } = new URL(addressOf(world));
  const first = await filesOfFirstLoad(browser, (context) => letIn(context, world), `${origin}/w/bench`);
  const most = (name: string, value: number): Ratio => ({
    name,
    value,
    target: bundleLimitKb,
    ok: value <= bundleLimitKb,
  });
  return [most('bundle_gzip_kb', kb(all)), most('first_load_gzip_kb', kb(first))];
}

/** A way to read a page of something; it is read, and taken apart. */
type Read = () => Promise<unknown> | unknown;

async function timeReads(
  world: BenchWorld,
  daemon: DaemonUnderTest,
  events: number,
  rounds: number,
): Promise<Row[]> {
  const visitor = await visit(addressOf(world));
  const agent = new Agent({ keepAlive: true });
  const page = (name: string, input: object): Promise<unknown> => callPage(visitor, agent, name, input);
  const { sessions } = await daemon.call<Sessions>('session.list', { workspace: 'bench', limit: 1000 });
  const ids = shuffle(sessions.filter(({ agent: by }) => by === 'bench').map(({ id }) => id)).slice(0, 40);
  const sqlite = await fillPeer(daemon, ids, sessions);
  const list = { workspace: 'bench', limit: pageSize };
  const steps = (at: number) => ({
    workspace: 'bench',
    session: ids[at % ids.length] ?? '',
    after: (at * 7) % 60,
    limit: pageSize,
  });
  /** Somewhere in all that is seen from the branch. */
  const branch = (at: number) => ({
    workspace: 'bench',
    whole: 'branch',
    after: (at * 7919) % events,
    limit: pageSize,
  });
  let at = 0;
  const subjects: { name: string; read: Read }[] = [
    { name: 'page_session_list', read: () => page('session.list', list) },
    { name: 'socket_session_list', read: () => daemon.call('session.list', list) },
    { name: 'sqlite_session_list', read: sqlite.sessions },
    { name: 'page_replay_step', read: () => page('replay.show', steps(at)) },
    { name: 'socket_replay_step', read: () => daemon.call('replay.show', steps(at)) },
    { name: 'sqlite_replay_step', read: () => sqlite.steps(steps(at)) },
    { name: 'page_branch_step', read: () => page('replay.show', branch(at)) },
    { name: 'socket_branch_step', read: () => daemon.call('replay.show', branch(at)) },
  ];
  const times = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds + 2; round += 1)
    for (const { name, read } of shuffle(subjects)) {
      at += 1;
      const started = performance.now();
      await read();
      // The first two rounds warm what is kept in memory.
      if (round >= 2) times.get(name)?.push(performance.now() - started);
    }
  agent.destroy();
  sqlite.close();
  return [...times].map(([name, all]) => ({
    ...toRow(`${name}_${events}`, all),
    p95:
      Math.round(
        quantile(
          [...all].sort((a, b) => a - b),
          0.95,
        ) * 100,
      ) / 100,
  }));
}

interface Sessions {
  sessions: { id: string; agent: string; lastAt: number }[];
}

/** As a browser calls: on a connection that is kept. */
function callPage(
  { origin, cookie, key }: Visitor,
  agent: Agent,
  name: string,
  input: object,
): Promise<unknown> {
  const headers = {
    cookie,
    'x-hivemind-csrf': key,
    'content-type': 'application/json',
    'sec-fetch-site': 'same-origin',
    origin,
  };
  return new Promise((resolve, reject) => {
    const sent = request(`${origin}/api/op/${name}`, { method: 'POST', headers, agent }, (response) => {
      text(response).then((read) => {
        if (response.statusCode === 200) resolve(JSON.parse(read));
        else reject(new Error(`${name}: ${response.statusCode} ${read.slice(0, 300)}`));
      }, reject);
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(input));
  });
}

/** The same rows in a table with an index for each of the two questions. */
async function fillPeer(daemon: DaemonUnderTest, ids: readonly string[], sessions: Sessions['sessions']) {
  const db = new DatabaseSync(':memory:');
  db.exec(
    'create table sessions (id text, lastAt integer, row text); create index newest on sessions (lastAt)',
  );
  db.exec(
    'create table steps (session text, at integer, row text); create index ofSession on steps (session, at)',
  );
  const addSession = db.prepare('insert into sessions values (?, ?, ?)');
  const addStep = db.prepare('insert into steps values (?, ?, ?)');
  for (const session of sessions) addSession.run(session.id, session.lastAt, JSON.stringify(session));
  for (const session of ids) {
    const shown = await daemon.call<{ steps: object[] }>('replay.show', { workspace: 'bench', session });
    for (const [at, step] of shown.steps.entries()) addStep.run(session, at, JSON.stringify(step));
  }
  const newest = db.prepare('select row from sessions order by lastAt desc limit ?');
  const some = db.prepare('select row from steps where session = ? order by at limit ? offset ?');
  const parsed = (rows: unknown[]): unknown[] => rows.map((one) => JSON.parse((one as { row: string }).row));
  return {
    sessions: () => parsed(newest.all(pageSize)),
    steps: ({ session, limit, after }: { session: string; limit: number; after: number }) =>
      parsed(some.all(session, limit, after)),
    close: () => db.close(),
  };
}

/** Over an empty page: both are told by the browser. Over the socket: what the door adds. */
function ratiosOf(rows: readonly Row[], sizes: readonly number[]): Ratio[] {
  const loads = ['cold_paint', 'warm_paint', 'cold_heading', 'warm_heading'].map((what) =>
    ratio(rows, `overview_${what}`, `empty_page_${what}`, 6),
  );
  const reads = sizes.flatMap((size) =>
    ['session_list', 'replay_step'].flatMap((what) => [
      ratio(rows, `page_${what}_${size}`, `socket_${what}_${size}`, 1.5),
      ratio(rows, `page_${what}_${size}`, `sqlite_${what}_${size}`, 50),
    ]),
  );
  const waits = rows
    .filter(({ name }) => name.startsWith('page_'))
    .map(({ name, p95 = Number.NaN }) => ({
      name: `${name}_p95_ms`,
      value: p95,
      target: waitMs,
      ok: p95 <= waitMs,
    }));
  return [...loads, ...reads, ...waits];
}
