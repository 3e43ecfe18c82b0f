import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { briefFor } from './daemon/brief/tell.ts';
import { createCapture } from './daemon/capture.ts';
import { checkoutOf } from './daemon/checkout.ts';
import { openEmbedderHost } from './daemon/embedder-host.ts';
import { createCall } from './daemon/engine.ts';
import type { Engine } from './daemon/handlers/handler.ts';
import { watchIdle } from './daemon/lifecycle.ts';
import { openLive } from './daemon/live-query.ts';
import { type Log, openLog } from './daemon/log.ts';
import { openNotifier } from './daemon/notify/notifier.ts';
import { machineSecret } from './daemon/open-workspace.ts';
import { openPauses } from './daemon/pauses.ts';
import { openRegistry } from './daemon/registry.ts';
import { openCheckpoints } from './daemon/transcripts/checkpoints.ts';
import { openConnected } from './daemon/transcripts/connected.ts';
import { createTail, type Tail } from './daemon/transcripts/tail.ts';
import { createSpoolDrainer } from './daemon/workers/spool-drainer.ts';
import { failureOf, runJobsWith } from './daemon/workers/store-job.ts';
import { createWorkspaces } from './daemon/workspaces.ts';
import { serveMcp } from './mcp/server.ts';
import { sessionId } from './schema/ids.ts';
import type { Call } from './schema/operation.ts';
import { doJob, StoreJob } from './store/job.ts';
import { takeLock } from './store/lock.ts';
import { createWebDoor } from './web/door.ts';
import type { OpenLive } from './wire/live-route.ts';
import {
  dataDir,
  defaultHome,
  hivemindHome,
  logPath,
  packageDir,
  runDir,
  socketPath,
  spoolDir,
  version,
} from './wire/paths.ts';
import { type Server, serve } from './wire/server.ts';

const defaultIdleExitMs = 60 * 60 * 1000;

/**
 * Runs `daemon.js store-job` in this process: a job as JSON on stdin; on stdout a line for each step of progress, and a
 * last one with the result or with the error.
 */
export async function runStoreJob(): Promise<void> {
  endWithParent();
  const write = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
  try {
    const job = StoreJob.parse(JSON.parse(await text(process.stdin)));
    write({
      result: (await doJob(job, new AbortController().signal, (progress) => write({ progress }))) ?? null,
    });
  } catch (error) {
    write(failureOf(error));
    process.exitCode = 1;
  }
}

/** Nobody waits for what an orphan makes, and the next daemon would do the same work beside it. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.exit(1), 500).unref();
}

/** Runs the daemon until it is told to stop; resolves with the exit code. Another daemon that is there already wins. */
export async function runDaemon(): Promise<number> {
  process.umask(0o077);
  const home = hivemindHome();
  for (const directory of [home, runDir(home), spoolDir(home), dataDir(home), join(home, 'logs')])
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  const lock = takeLock(join(runDir(home), 'daemon.lock'));
  if (lock === null) return 0;
  // Whoever clears `run/` under a running daemon takes its lock away; the stores must still have one owner.
  const owner = takeLock(join(dataDir(home), 'stores.lock'));
  if (owner === null) return 0;
  const log = openLog(logPath(home));
  try {
    await runUntilStopped(home, log);
    return 0;
  } catch (error) {
    log.error('the daemon failed', error);
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 70;
  } finally {
    owner.release();
    lock.release();
  }
}

async function runUntilStopped(home: string, log: Log): Promise<void> {
  const startedAt = Date.now();
  const stopping = Promise.withResolvers<void>();
  const stop = (): void => stopping.resolve();
  // Whoever asked is told once everything is stored; the answer needs a moment to get out.
  const stopStored = async (): Promise<void> => {
    await closeStores();
    setTimeout(stop, 20);
  };
  const closeStores = async (): Promise<void> => {
    await drainer.close();
    await tail.close();
    await notifier.close();
    await workspaces.close();
    await embedder.close();
  };
  const embedder = await openEmbedderHost({ home, log, env: process.env });
  const notifier = await openNotifier({ home, log, now: Date.now });
  const workspaces = createWorkspaces({
    embedder,
    registry: await openRegistry(dataDir(home)),
    secret: await machineSecret(home),
    now: Date.now,
    log,
    publish: () => undefined,
    onOpen: notifier.attach,
    runJob: runJobsWith(join(packageDir(), 'bin', 'daemon.js')),
  });
  const pauses = await openPauses({ home, now: Date.now, log });
  const capture = createCapture({
    workspaces,
    pauses,
    now: Date.now,
    log,
    readOn: (agent, path, fallback) => tail.readOn(agent, path, fallback),
    brief: async (live, reader) => {
      const { session, agent, cwd } = reader;
      const root = await checkoutOf(workspaces, live.open.workspace.id, cwd);
      const known = session === null ? undefined : live.open.owners.get(session)?.agent;
      return briefFor(live, { ...reader, agent: known ?? agent, root, now: Date.now() });
    },
  });
  const checkpoints = await openCheckpoints(home);
  const followAgain = (): void =>
    void tail.follow().catch((error) => log.error('following transcripts failed', error));
  const connected = await openConnected(home, followAgain);
  const tail: Tail = createTail({ workspaces, capture, connected, checkpoints, log, now: Date.now });
  const drainer = createSpoolDrainer(spoolDir(home), capture, log);
  const idleExitMs = Number(process.env.HIVEMIND_IDLE_EXIT_MS) || defaultIdleExitMs;
  let server: Server | null = null;
  const connections = (): number => (server?.connections() ?? 0) + web.held();
  const engine: Engine = {
    workspaces,
    embedder,
    capture,
    connected,
    checkpoints,
    tail,
    pauses,
    notifier,
    now: Date.now,
    log,
    daemon: {
      version: version(),
      home,
      socket: socketPath(home),
      startedAt,
      idleExitMs,
      connections,
      spooled: drainer.waiting,
      drain: drainer.drain,
      spoolDropped: drainer.dropped,
      stop: stopStored,
    },
    entry: entryPoints(home),
    web: { open: (entrance) => web.open(entrance), status: () => web.status(), stop: () => web.stop() },
  };
  let calls = 0;
  // Whoever was told that their events are being embedded finds that done.
  const busy = (): number => calls + (workspaces.isEmbedding() || notifier.isBusy() ? 1 : 0);
  const isReachable = (): boolean => server?.isReachable() ?? true;
  const activity = { connections, isReachable, tailSize: workspaces.tailSize, calls: busy };
  const idle = watchIdle(activity, idleExitMs, stop, log);
  const inner = createCall(engine);
  const call: Call = (name, input, context) => {
    idle.touch();
    calls += 1;
    return inner(name, input, context).finally(() => {
      calls -= 1;
      idle.touch();
    });
  };
  const live: OpenLive = (query, signal) => openLive(workspaces, query, signal);
  const web = createWebDoor({
    call,
    openLive: live,
    version: version(),
    folder: join(packageDir(), 'dist', 'web-page'),
    now: Date.now,
    onUse: idle.touch,
    log: log.info,
  });
  server = await serve({
    call,
    socket: socketPath(home),
    runDirectory: runDir(home),
    version: version(),
    openLive: live,
    onMcp: (stream, query) =>
      serveMcp(
        call,
        stream,
        {
          workspace: query.get('workspace') ?? undefined,
          cwd: query.get('cwd') ?? undefined,
          branch: query.get('branch') ?? undefined,
          caller: callerIn(query.get('session')),
          tools: query.get('tools') ?? undefined,
        },
        version(),
      ),
  });
  for (const marker of ['hung', 'starting'])
    rmSync(join(runDir(home), marker), { recursive: true, force: true });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
  log.info('daemon started', { pid: process.pid, version: version(), node: process.version });
  void drainer.drain().catch((error) => log.error('draining the spool failed', error));
  followAgain();
  void workspaces
    .takeUpForgetting()
    .catch((error) => log.error('what is to be forgotten was not taken up', error));
  await stopping.promise;
  idle.close();
  await web.stop();
  await server.close();
  await closeStores();
  log.info('daemon stopped', { pid: process.pid });
}

/** The session of Claude Code, which is the only client that says its own; here, so that the pipe need not hash. */
const callerIn = (native: string | null): string | undefined =>
  native === null || native === '' ? undefined : sessionId('claude-code', native);

/** How agents start Hivemind: the installed entry points where there are any, else this package's own. */
function entryPoints(home: string): Engine['entry'] {
  const installed = join(home, 'bin', 'hivemind');
  const shim = join(home, 'bin', 'hook.sh');
  const env: Record<string, string> =
    process.env.HIVEMIND_HOME && home !== defaultHome() ? { HIVEMIND_HOME: home } : {};
  return {
    hookPath: existsSync(shim) ? shim : join(packageDir(), 'bin', 'hook.sh'),
    ...(existsSync(installed)
      ? { command: installed, args: [] }
      : { command: process.execPath, args: [join(packageDir(), 'bin', 'run.js')] }),
    env,
  };
}
