import { parseCursor } from '../../core/live-cursor.ts';
import { isWanted } from '../../core/notify-match.ts';
import type { Event } from '../../schema/event.ts';
import type { LiveNews } from '../../schema/live.ts';
import type { NotifyHook } from '../../schema/notify.ts';
import type { NotifyRun, NotifyState } from '../../schema/operations/notify.ts';
import { findLine } from '../lines.ts';
import type { Log } from '../log.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import type { Feed } from '../subscriptions.ts';
import { type RunParts, runHook } from './run.ts';

/** An event that is older than this when it comes was brought in from the past. */
const pastMs = 5 * 60_000;

/** Events that wait for a command, and runs in a minute: what is beyond them is counted and passed over. */
const mostWaiting = 20;
const mostRunsPerMinute = 30;

const beatMs = 60_000;

/** Rest after what happens could not be read. */
const againMs = 5_000;

/** One hook at work: its command runs once at a time, for one event after the other. */
export class HookRunner {
  readonly hook: NotifyHook;
  readonly #parts: Omit<RunParts, 'signal'> & { log: Log };
  readonly #ending = new AbortController();
  readonly #waiting: Event[] = [];
  readonly #counts = { runs: 0, failures: 0, skipped: 0 };
  #begun: number[] = [];
  #last: NotifyRun | null = null;
  #trouble: string | null = null;
  #cursor: string | null = null;
  #isDeaf = false;
  #running: Promise<void> | null = null;

  constructor(hook: NotifyHook, parts: Omit<RunParts, 'signal'> & { log: Log }) {
    this.hook = hook;
    this.#parts = parts;
  }

  /** Listens from now on; in a workspace that was open before, from where it was closed. */
  attach(open: OpenWorkspace, feed: Feed): void {
    const { branch, path, agent } = this.hook;
    const line = findLine(open, branch);
    if (line === undefined) {
      this.#trouble = `there is no branch "${branch}"`;
      return;
    }
    this.#trouble = null;
    const filter = {
      ...(path.length === 0 ? {} : { paths: { globs: path } }),
      ...(agent.length === 0 ? {} : { agents: agent }),
    };
    const after = this.#cursor === null ? null : parseCursor(this.#cursor);
    const wanted = { branch: line.id, filter, after, most: 1_000, beatMs };
    this.#listen(feed.subscribe(wanted, this.#ending.signal)).catch((error: unknown) => {
      // An outage of a bucket is one line in the log, not one for every attempt.
      if (!this.#isDeaf) this.#parts.log.error('a hook hears nothing', error, { hook: this.hook.name });
      this.#isDeaf = true;
      this.#trouble = 'what happens cannot be read at the moment';
      setTimeout(() => !this.#ending.signal.aborted && this.attach(open, feed), againMs).unref();
    });
  }

  async #listen(news: AsyncIterable<LiveNews>): Promise<void> {
    for await (const one of news) {
      this.#cursor = one.cursor;
      this.#isDeaf = false;
      if ('missed' in one) this.#counts.skipped += one.missed.events;
      if ('end' in one && one.end.isFinal) this.#trouble = one.end.reason;
      if ('event' in one && this.#wants(one.event)) this.#enqueue(one.event);
    }
  }

  #wants(event: Event): boolean {
    const isPast = event.at < this.#parts.now() - pastMs;
    return isWanted(this.hook.on, event) && (this.hook.past || !isPast);
  }

  #enqueue(event: Event): void {
    const now = performance.now();
    this.#begun = this.#begun.filter((at) => at > now - 60_000);
    const isFull = this.#waiting.length >= mostWaiting;
    if (isFull || this.#begun.length + this.#waiting.length >= mostRunsPerMinute) {
      this.#counts.skipped += 1;
      return;
    }
    this.#waiting.push(event);
    this.#running ??= this.#work();
  }

  async #work(): Promise<void> {
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) {
      if (this.#ending.signal.aborted) break;
      this.#begun.push(performance.now());
      await this.run(event);
    }
    this.#running = null;
  }

  /** Runs the command for an event, whatever waits. */
  async run(event: Event): Promise<NotifyRun> {
    const run = await runHook(this.hook, event, { ...this.#parts, signal: this.#ending.signal });
    this.#last = run;
    this.#counts.runs += 1;
    if (run.trouble !== null) {
      this.#counts.failures += 1;
      const { name } = this.hook;
      this.#parts.log.info('a hook failed', { hook: name, event: event.id, trouble: run.trouble });
    }
    return run;
  }

  isBusy(): boolean {
    return this.#running !== null;
  }

  state(): NotifyState {
    const { name, workspace, branch, on, path, agent, past, command } = this.hook;
    return {
      ...{ name, workspace, branch, on, path, agent, past, command },
      ...this.#counts,
      waiting: this.#waiting.length,
      last: this.#last,
      trouble: this.#trouble,
    };
  }

  /** What waits is not run any more, and what runs is ended. */
  async close(): Promise<void> {
    this.#ending.abort();
    this.#waiting.length = 0;
    await this.#running;
  }
}
