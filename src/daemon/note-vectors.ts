import { Mutex } from 'async-mutex';
import type { Scope } from '../core/scope.ts';
import { toUnit } from '../core/vectors.ts';
import { MemoryNoted } from '../schema/bodies/record.ts';
import type { Event, Position } from '../schema/event.ts';
import type { Span } from '../schema/view.ts';
import type { OpenWorkspace } from './open-workspace.ts';

/** A note as far as it can be searched by its vector. */
export interface VectorNote extends Position {
  branch: string;
  /** Of length 1. */
  vector: Float32Array;
  metadata: Readonly<Record<string, unknown>>;
}

/** The notes of one branch; per writer the seq up to which all of them are here. */
interface Line {
  notes: Map<string, VectorNote>;
  upTo: Map<string, number>;
  bytes: number;
}

/** What the vectors of one workspace may take in memory: about 120,000 of 384 dimensions. */
const mostBytes = 256 << 20;
/** What a note takes beside its vector and its metadata: the object, ids, an entry of a map. */
const noteBytes = 400;
/** Events that are read at once: their bodies are JSON, ten times as large as the vectors. */
const pageEvents = 1_000;

/**
 * The vectors of one workspace's notes, by event id, parsed and kept in memory as far as they fit. They are searched by
 * an exact scan: each is compared with what is asked for, which takes milliseconds for 10,000 of 384 dimensions. What is
 * not here yet is read from the store when a query first sees its branch, what is appended later by the next query. What
 * does not fit is read for every query anew. Branches that nobody has asked about for longest make room.
 */
export class NoteVectors {
  readonly #open: OpenWorkspace;
  readonly #mostBytes: number;
  /** By branch id, in the order of their last use. */
  readonly #lines = new Map<string, Line>();
  readonly #busy = new Mutex();
  #bytes = 0;

  constructor(open: OpenWorkspace, most = mostBytes) {
    this.#open = open;
    this.#mostBytes = most;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Hands every note with a vector that `scope` sees to `visit`, in no order. */
  visit(scope: Scope, visit: (note: VectorNote) => void): Promise<void> {
    const visible = (note: VectorNote): void => {
      if (scope.sees(note)) visit(note);
    };
    return this.#busy.runExclusive(async () => {
      const lines = this.#use([...scope.branches()].filter((branch) => this.#open.reach.has(branch)));
      await this.#fill(lines, visible);
      for (const line of lines.values()) for (const note of line.notes.values()) visible(note);
    });
  }

  #use(branches: readonly string[]): Map<string, Line> {
    const used = new Map<string, Line>();
    for (const branch of branches) {
      const line = this.#lines.get(branch) ?? { notes: new Map(), upTo: new Map(), bytes: 0 };
      this.#lines.delete(branch);
      this.#lines.set(branch, line);
      used.set(branch, line);
    }
    return used;
  }

  /** Reads what is not here yet; what there is no room for goes to `visit` at once. */
  async #fill(lines: ReadonlyMap<string, Line>, visit: (note: VectorNote) => void): Promise<void> {
    const { store } = this.#open;
    const missing = this.#missing(lines);
    if (missing.length === 0) return;
    const spans = missing.map(({ span }) => span);
    const filter = { spans, types: ['memory.noted'] };
    const left = new Set<Line>();
    const positions = await store.positions(filter);
    for (let at = 0; at < positions.length; at += pageEvents)
      for (const event of await store.at(filter, positions.slice(at, at + pageEvents))) {
        const [line, note] = [lines.get(event.branch), toNote(event)];
        if (note === null || line === undefined || this.#keep(line, note, lines)) continue;
        left.add(line);
        visit(note);
      }
    for (const { line, writer, whole } of missing) if (!left.has(line)) line.upTo.set(writer, whole);
  }

  /**
   * The runs of events of which it is not known what notes are among them, and up to where nothing can come in between
   * any more: other machines' events may arrive with gaps.
   */
  #missing(lines: ReadonlyMap<string, Line>): { line: Line; writer: string; span: Span; whole: number }[] {
    const { reach, store } = this.#open;
    return [...lines].flatMap(([branch, line]) =>
      [...(reach.get(branch) ?? [])].flatMap(([writer, runs]) => {
        const after = line.upTo.get(writer) ?? 0;
        if (after >= runs.last) return [];
        const whole = store.seenUpTo(writer);
        // The same end for all branches of a writer: so many runs become one term of a filter.
        const span = { branch, writer, after, upTo: Math.max(runs.last, whole) };
        return [{ line, writer, span, whole }];
      }),
    );
  }

  /** False when there is no room for it. */
  #keep(line: Line, note: VectorNote, inUse: ReadonlyMap<string, Line>): boolean {
    if (line.notes.has(note.id)) return true;
    const bytes = noteBytes + note.vector.byteLength + 2 * JSON.stringify(note.metadata).length;
    for (const branch of this.#lines.keys()) {
      if (this.#bytes + bytes <= this.#mostBytes || inUse.has(branch)) break;
      this.#drop(branch);
    }
    if (this.#bytes + bytes > this.#mostBytes) return false;
    line.notes.set(note.id, note);
    line.bytes += bytes;
    this.#bytes += bytes;
    return true;
  }

  #drop(branch: string): void {
    this.#bytes -= this.#lines.get(branch)?.bytes ?? 0;
    this.#lines.delete(branch);
  }
}

/** Null when the event has no vector, or none that can be compared. */
function toNote({ id, branch, writer, seq, hlc, body }: Event): VectorNote | null {
  if (!Array.isArray(body.embedding)) return null;
  const noted = MemoryNoted.safeParse(body);
  const vector = noted.success ? toUnit(noted.data.embedding ?? []) : null;
  if (!noted.success || vector === null) return null;
  return { id, branch, writer, seq, hlc, vector, metadata: noted.data.metadata ?? {} };
}

const known = new WeakMap<OpenWorkspace, NoteVectors>();

export function vectorsOf(open: OpenWorkspace): NoteVectors {
  const vectors = known.get(open) ?? new NoteVectors(open);
  known.set(open, vectors);
  return vectors;
}
