import { AppError, toAppError } from '../schema/app-error.ts';
import type { ErrorShape } from '../schema/errors.ts';
import type { Call, CallContext, InputOf, OutputOf } from '../schema/operation.ts';
import { type Line, LineReader } from './ndjson.ts';

/** Most lines, and bytes of them, that one call of `event.append` takes. */
const callLines = 1_000;
const callBytes = 4 << 20;

/** Lines and bytes of one upload that wait for the disk; until some are acknowledged no more are read. */
const waitingLines = 4_000;
const waitingBytes = 16 << 20;

/** Refused lines that an answer names one by one. */
const namedRefusals = 1_000;

/** How long a stream waits for room in the daemon's queue before it ends. */
const patienceMs = 30_000;

export interface Refused {
  line: number;
  message: string;
}

/** What became of a whole body. */
export interface UploadResult {
  lines: number;
  appended: number;
  duplicates: number;
  refused: number;
  /** The first thousand of them. */
  refusals: Refused[];
}

/** What is told while a stream runs, in the order of the lines. */
export type UploadNews =
  | { ack: { lines: [from: number, to: number]; appended: number; duplicates: number } }
  | { refused: Refused }
  | { waiting: { line: number; error: ErrorShape } };

export interface UploadParts {
  call: Call;
  context: Partial<CallContext>;
  target: Pick<InputOf<'event.append'>, 'workspace' | 'cwd' | 'delivery'>;
  /** Number of the first line. */
  first: number;
  /** Given for a stream: told what became of lines, in order. Without it a full queue ends the upload at once. */
  tell?: (news: UploadNews) => void;
}

/** Lines that follow each other, on their way to one call. */
interface Run {
  first: number;
  values: unknown[];
  bytes: number;
}

/** Appends the lines of one NDJSON body, each for itself: a line that is refused takes no other with it. */
export class Upload {
  readonly #parts: UploadParts;
  readonly #reader: LineReader;
  readonly #result: UploadResult = { lines: 0, appended: 0, duplicates: 0, refused: 0, refusals: [] };
  #waiting = { lines: 0, bytes: 0 };
  #failure: AppError | null = null;
  /** Resolves when the calls begun so far are not refused for want of room: lines are stored in their order. */
  #admitted: Promise<void> = Promise.resolve();
  /** What is told is told in the order of the lines, whichever call comes back first. */
  #told: Promise<void> = Promise.resolve();

  /** Called when lines were answered, so that a body that was paused can go on. */
  onRoom: () => void = () => undefined;

  constructor(parts: UploadParts) {
    this.#parts = parts;
    this.#reader = new LineReader(parts.first);
  }

  /** Whether no more should be read for now. */
  get isFull(): boolean {
    return this.#waiting.lines >= waitingLines || this.#waiting.bytes >= waitingBytes;
  }

  /** Why the upload cannot go on; null while it can. */
  get failure(): AppError | null {
    return this.#failure;
  }

  /** Bytes of lines that are not whole yet, or not answered. */
  get heldBytes(): number {
    return this.#reader.keptBytes + this.#waiting.bytes;
  }

  /** `hold` is told how much is in memory, and may throw to end the upload. */
  take(chunk: Buffer, hold: (bytes: number) => void): void {
    try {
      this.#dispatch(this.#reader.read(chunk));
      hold(this.heldBytes);
    } catch (error) {
      this.#failure ??= toAppError(error);
    }
  }

  /** Resolves once every line is answered; throws what ended the upload. `whole`: the body came to its end. */
  async end(whole: boolean): Promise<UploadResult> {
    if (whole && this.#failure === null) this.#dispatch(this.#reader.end());
    await this.#told;
    this.#result.lines = this.#reader.next - this.#parts.first;
    if (this.#failure !== null) throw withStored(this.#failure, this.#result);
    return this.#result;
  }

  #dispatch(lines: readonly Line[]): void {
    let run: Run = { first: 0, values: [], bytes: 0 };
    const cut = (): void => {
      if (run.values.length > 0) this.#start(run);
      run = { first: 0, values: [], bytes: 0 };
    };
    for (const line of lines) {
      if ('refused' in line) {
        cut();
        this.#told = this.#told.then(() => this.#refuse(line.number, line.refused));
        continue;
      }
      const follows = line.number === run.first + run.values.length;
      const fits = run.values.length < callLines && run.bytes + line.bytes <= callBytes;
      if (!follows || !fits) cut();
      if (run.values.length === 0) run.first = line.number;
      run.values.push(line.value);
      run.bytes += line.bytes;
    }
    cut();
  }

  #start(run: Run): void {
    const { length } = run.values;
    this.#waiting.lines += length;
    this.#waiting.bytes += run.bytes;
    const { promise, resolve } = Promise.withResolvers<void>();
    const running = this.#admitted.then(() => this.#append(run, resolve));
    this.#admitted = promise;
    running
      .catch((error) => {
        this.#failure ??= withLine(toAppError(error), run.first);
      })
      .finally(resolve);
    this.#told = this.#told
      .then(async () => {
        for (const tell of await running) tell();
      })
      .catch(() => undefined)
      .finally(() => {
        this.#waiting.lines -= length;
        this.#waiting.bytes -= run.bytes;
        this.onRoom();
      });
  }

  /** Resolves with what there is to tell about the run, in the order of its lines. */
  async #append(run: Run, admit: () => void): Promise<(() => void)[]> {
    if (this.#failure !== null) return [];
    try {
      const { appended, duplicates } = await this.#call(run, admit);
      return [() => this.#acknowledge(run, appended.length, duplicates)];
    } catch (error) {
      const refused = refusedIn(error, run.values.length);
      if (refused.size === 0) throw error;
      const parts = withoutRefused(run, refused).map((part) =>
        'message' in part
          ? Promise.resolve([() => this.#refuse(part.line, part.message)])
          : this.#append(part, admit),
      );
      return (await Promise.all(parts)).flat();
    }
  }

  /** A full queue lets a stream wait: it is told so, and nothing more is read meanwhile. */
  async #call(run: Run, admit: () => void): Promise<OutputOf<'event.append'>> {
    const { call, context, target, tell } = this.#parts;
    const events = run.values as InputOf<'event.append'>['events'];
    const input = { ...target, events, ...(target.delivery === undefined ? {} : { place: run.first - 1 }) };
    const deadline = performance.now() + patienceMs;
    for (let tries = 0; ; tries += 1) {
      // What is refused for want of room is refused at once: what is not, waits for the disk.
      const waits = setImmediate(admit);
      try {
        return await call('event.append', input, context);
      } catch (error) {
        clearImmediate(waits);
        const retryAfterMs = error instanceof AppError ? Number(error.details?.retryAfterMs) : Number.NaN;
        const isOver = performance.now() > deadline || context.signal?.aborted === true;
        if (tell === undefined || !(retryAfterMs >= 0) || isOver) throw error;
        if (tries === 0) tell({ waiting: { line: run.first, error: toAppError(error).toJSON() } });
        // Often it is this upload's own lines that fill the queue, and they are through in milliseconds.
        await new Promise((resolve) => setTimeout(resolve, Math.min(retryAfterMs, 10 * 2 ** tries)));
      }
    }
  }

  #acknowledge(run: Run, appended: number, duplicates: number): void {
    this.#result.appended += appended;
    this.#result.duplicates += duplicates;
    const lines: [number, number] = [run.first, run.first + run.values.length - 1];
    this.#parts.tell?.({ ack: { lines, appended, duplicates } });
  }

  #refuse(line: number, message: string): void {
    this.#result.refused += 1;
    if (this.#result.refusals.length < namedRefusals) this.#result.refusals.push({ line, message });
    this.#parts.tell?.({ refused: { line, message } });
  }
}

/** Which events of a call were refused, and why, from the issues that the error names (`events.3.type`). */
function refusedIn(error: unknown, count: number): Map<number, string> {
  const refused = new Map<number, string>();
  if (!(error instanceof AppError) || error.code !== 'INVALID_ARGUMENT') return refused;
  const issues = Array.isArray(error.details?.issues) ? error.details.issues : [];
  for (const { path, message } of issues as { path: string; message: string }[]) {
    const [, index, field = ''] = /^events\.(\d+)\.?(.*)$/.exec(path) ?? [];
    if (index === undefined || Number(index) >= count || refused.has(Number(index))) continue;
    refused.set(Number(index), field === '' ? message : `${field}: ${message}`);
  }
  return refused;
}

/** The run in its order, cut where lines are refused. */
function withoutRefused(run: Run, refused: ReadonlyMap<number, string>): (Run | Refused)[] {
  const parts: (Run | Refused)[] = [];
  const bytes = run.bytes / run.values.length;
  for (const [index, value] of run.values.entries()) {
    const line = run.first + index;
    const message = refused.get(index);
    const last = parts.at(-1);
    if (message !== undefined) parts.push({ line, message });
    else if (last === undefined || 'message' in last) parts.push({ first: line, values: [value], bytes });
    else last.values.push(value);
  }
  return parts;
}

const withLine = (error: AppError, line: number): AppError =>
  new AppError(error.code, error.message, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    details: { ...error.details, line },
  });

/** Whoever sends again wants to know what is stored already. */
const withStored = (error: AppError, { appended, duplicates, refused }: UploadResult): AppError =>
  new AppError(error.code, error.message, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    details: { ...error.details, appended, duplicates, refused },
  });
