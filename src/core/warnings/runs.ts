import type { Call } from './call.ts';
import type { Failure } from './known-calls.ts';

interface SessionRun {
  edits: number;
  /** Tool → its last failures in a row, all alike. */
  failing: Map<string, Failure[]>;
}

const mostSessions = 1_000;
const mostTools = 50;
const longestRun = 4;

/** What the sessions under way have done: how many edits, and which tools keep failing there in the same way. */
export class Runs {
  #sessions = new Map<string, SessionRun>();

  edits(session: string): number {
    return this.#sessions.get(session)?.edits ?? 0;
  }

  /** Failures in a row of the call's tool in its session, oldest first. */
  failing({ session, tool }: Call): readonly Failure[] {
    return this.#sessions.get(session)?.failing.get(tool) ?? [];
  }

  note({ session, tool }: Call, failure: Failure | null, edited: boolean): void {
    const run = this.#sessions.get(session) ?? { edits: 0, failing: new Map<string, Failure[]>() };
    // Put anew, so that the session that was quiet for longest stands first.
    this.#sessions.delete(session);
    this.#sessions.set(session, run);
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= mostSessions) break;
      this.#sessions.delete(oldest);
    }
    if (edited) run.edits += 1;
    const before = run.failing.get(tool) ?? [];
    if (failure === null) run.failing.delete(tool);
    else if (run.failing.has(tool) || run.failing.size < mostTools) {
      const isAlike = before.at(-1)?.signature === failure.signature;
      run.failing.set(tool, [...(isAlike ? before : []), failure].slice(-longestRun));
    }
  }
}
