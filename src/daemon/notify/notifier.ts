import { isDeepStrictEqual } from 'node:util';
import { v7 as uuidv7 } from 'uuid';
import { AppError } from '../../schema/app-error.ts';
import type { Event } from '../../schema/event.ts';
import { hash128, idFromUuid, mainBranchId, sessionId } from '../../schema/ids.ts';
import type { NotifyHook } from '../../schema/notify.ts';
import type { NotifyRun, NotifyState } from '../../schema/operations/notify.ts';
import type { Log } from '../log.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import type { Feed } from '../subscriptions.ts';
import { readHookFile } from './hook-file.ts';
import { HookRunner } from './hook-runner.ts';

/** Runs the commands that the user wants run when something happens, for the workspaces that are open. */
export interface Notifier {
  /** Called with each workspace that is opened. */
  attach(open: OpenWorkspace, feed: Feed): void;
  /** Reads the user's file again; hooks that are the same go on. */
  reload(): Promise<void>;
  state(): { file: string; trouble: string | null; hooks: NotifyState[] };
  /** Runs a hook's command once, for the event that `find` gives, else for one made up. NOT_FOUND when there is none of this name. */
  test(name: string, find: (hook: NotifyHook) => Promise<Event | null>): Promise<NotifyRun>;
  isBusy(): boolean;
  close(): Promise<void>;
}

export interface NotifierParts {
  home: string;
  log: Log;
  now: () => number;
  timeoutMs?: number;
}

export async function openNotifier(parts: NotifierParts): Promise<Notifier> {
  const runners = new Map<string, HookRunner>();
  const opened = new Map<string, { open: OpenWorkspace; feed: Feed }>();
  let file = '';
  let trouble: string | null = null;
  let reloading = Promise.resolve();

  const begin = (hook: NotifyHook): void => {
    const runner = new HookRunner(hook, parts);
    runners.set(hook.name, runner);
    const workspace = opened.get(hook.workspace);
    if (workspace !== undefined) runner.attach(workspace.open, workspace.feed);
  };

  const load = async (): Promise<void> => {
    const read = await readHookFile(parts.home);
    file = read.path;
    if (read.trouble !== null && read.trouble !== trouble)
      parts.log.info('the hooks are not used', { file, trouble: read.trouble });
    trouble = read.trouble;
    const wanted = new Map(read.hooks.map((hook) => [hook.name, hook]));
    const old = [...runners].filter(([name, { hook }]) => !isDeepStrictEqual(wanted.get(name), hook));
    for (const [name] of old) runners.delete(name);
    for (const [name, hook] of wanted) if (!runners.has(name)) begin(hook);
    await Promise.all(old.map(([, runner]) => runner.close()));
  };

  const reload = (): Promise<void> => {
    reloading = reloading.then(load);
    return reloading;
  };

  await reload();
  return {
    attach: (open, feed) => {
      opened.set(open.workspace.id, { open, feed });
      for (const runner of runners.values())
        if (runner.hook.workspace === open.workspace.id) runner.attach(open, feed);
    },
    reload,
    state: () => ({ file, trouble, hooks: [...runners.values()].map((runner) => runner.state()) }),
    test: async (name, find) => {
      await reload();
      const runner = runners.get(name);
      if (runner === undefined)
        throw new AppError('NOT_FOUND', `there is no hook "${name}"`, { hint: 'hivemind notify list' });
      return runner.run((await find(runner.hook)) ?? testEvent(runner.hook, parts.now()));
    },
    isBusy: () => [...runners.values()].some((runner) => runner.isBusy()),
    close: async () => {
      await Promise.all([...runners.values()].map((runner) => runner.close()));
    },
  };
}

/** An event that is nowhere but in the test: its type and its text say so. */
function testEvent({ name, workspace }: NotifyHook, now: number): Event {
  const session = sessionId('hivemind', workspace);
  return {
    id: idFromUuid('event', uuidv7({ msecs: now })),
    delivery: null,
    fact: hash128('notify', name),
    workspace,
    branch: mainBranchId(workspace),
    session,
    turn: null,
    agent: 'hivemind',
    writer: `wr_${'0'.repeat(32)}`,
    seq: 1,
    hlc: '0'.repeat(16),
    parent: null,
    trace: '0'.repeat(32),
    span: '0'.repeat(16),
    parentSpan: null,
    actor: { kind: 'daemon', name: 'hivemind' },
    at: now,
    type: 'notify.tested',
    v: 1,
    status: 'ok',
    paths: [],
    text: `a test of the hook ${name}`,
    body: {},
  };
}
