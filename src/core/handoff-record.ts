import type { HandoffOffered } from '../schema/bodies/handoff.ts';
import type { Event } from '../schema/event.ts';
import { stepOf } from './attempts/step.ts';
import { tokensOfChars } from './cards.ts';
import { errorLine } from './recall/outcome.ts';
import { testRunOf } from './test-runs.ts';

/** What the record of a session says by itself. */
export type SessionFacts = Pick<HandoffOffered, 'files' | 'tests' | 'decisions' | 'rejected'> & {
  /** Tokens of its transcript; null when nothing of it is there. */
  transcript: number | null;
};

/** Types of events that are read for a handoff. */
export const factTypes: readonly string[] = [
  'turn.prompted',
  'turn.replied',
  'tool.called',
  'file.edited',
  'memory.decided',
  'memory.agreed',
  'memory.attempted',
];

/** Most that is read of each kind: what comes last counts. */
const mostFiles = 500;
const mostTests = 20;
const mostDecisions = 40;
const mostRejected = 30;

type Test = { passed: boolean; message: string; event: string };
type Decided = HandoffOffered['decisions'][number];
type Rejected = HandoffOffered['rejected'][number];

/** Reads events in their order; `own`: the session whose transcript is counted. */
export class SessionReading {
  readonly #own: string;
  #files = new Map<string, true>();
  #tests = new Map<string, Test>();
  #decisions = new Map<string, Decided>();
  #rejected = new Map<string, Rejected & { isSaid: boolean }>();
  #chars = 0;

  constructor(own: string) {
    this.#own = own;
  }

  take(event: Event): void {
    if (event.session === this.#own && /^(turn|tool|file)\./.test(event.type))
      this.#chars += Math.max(event.text.length, charsOf(event.body));
    if (event.type === 'file.edited' && event.status === 'ok') this.#touch(event);
    if (event.type === 'tool.called') this.#noteTest(event);
    if (event.type === 'memory.decided') this.#decide(event, 'subject', 'choice');
    if (event.type === 'memory.agreed') this.#decide(event, 'name', 'rule');
    if (event.type === 'memory.attempted') this.#attempt(event);
  }

  facts(): SessionFacts {
    const tests = [...this.#tests].slice(-mostTests);
    const rejected = [...this.#rejected.values()].sort((a, b) => Number(b.isSaid) - Number(a.isSaid));
    return {
      files: [...this.#files.keys()].reverse().sort(outsideLast).slice(0, mostFiles),
      tests: {
        passed: tests.filter(([, { passed }]) => passed).map(([name]) => name),
        failed: tests
          .filter(([, { passed }]) => !passed)
          .map(([name, { message, event }]) => ({ name, message, event })),
      },
      decisions: [...this.#decisions.values()].slice(-mostDecisions),
      rejected: rejected.slice(0, mostRejected).map(({ isSaid: _, ...one }) => one),
      transcript: this.#chars === 0 ? null : tokensOfChars(this.#chars),
    };
  }

  #touch({ paths }: Event): void {
    const [path] = paths;
    if (path === undefined || path === '' || isScratch(path)) return;
    this.#files.delete(path);
    this.#files.set(path, true);
  }

  #noteTest(event: Event): void {
    const command = stepOf(event)?.command ?? null;
    // What was refused did not run.
    if (command === null || event.status === 'rejected') return;
    const { exitCode, output, error } = event.body;
    const ok = typeof exitCode === 'number' ? exitCode === 0 : event.status === 'ok';
    const said = [output, error].filter((one) => typeof one === 'string').join('\n');
    const run = testRunOf(command, { ok, output: said });
    if (run === null) return;
    const message = run.passed ? '' : errorLine({ ...event, status: 'failed' }).slice(0, 500);
    this.#tests.delete(run.name);
    this.#tests.set(run.name, { passed: run.passed, message, event: event.id });
  }

  #decide({ id, body, type }: Event, subject: string, choice: string): void {
    const set =
      typeof body.set === 'object' && body.set !== null ? (body.set as Record<string, unknown>) : {};
    const [about, what] = [set[subject], set[choice]];
    if (typeof about !== 'string' || typeof what !== 'string') return;
    const key = `${type} ${typeof body.key === 'string' ? body.key : about}`;
    this.#decisions.delete(key);
    const reason = typeof set.reason === 'string' && set.reason !== '' ? `, because ${set.reason}` : '';
    if (set.state !== 'withdrawn')
      this.#decisions.set(key, { text: `${about}: ${what}${reason}`.slice(0, 2000), event: id });
  }

  #attempt({ id, body }: Event): void {
    const { approach, outcome, reason, derived } = body;
    if (typeof approach !== 'string' || approach.trim() === '') return;
    this.#rejected.delete(approach);
    if (outcome !== 'failed' && outcome !== 'abandoned') return;
    this.#rejected.set(approach, {
      approach: approach.slice(0, 1000),
      reason: typeof reason === 'string' ? reason.slice(0, 2000) : '',
      event: id,
      isSaid: derived === undefined,
    });
  }
}

/** What lies outside of the checkout (notes, scratch files) has a whole path, and is of less use to others. */
const outsideLast = (a: string, b: string): number => Number(isWhole(a)) - Number(isWhole(b));

const isWhole = (path: string): boolean => /^(?:[/\\~]|[A-Za-z]:)/.test(path);

/** What is written to be thrown away. */
const isScratch = (path: string): boolean => isWhole(path) && /[/\\](?:tmp|temp)[/\\]/i.test(path);

const mostDepth = 8;

/** Characters of all texts in a body. */
function charsOf(value: unknown, depth = 0): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null || depth > mostDepth) return 0;
  return Object.values(value).reduce((sum: number, one) => sum + charsOf(one, depth + 1), 0);
}
