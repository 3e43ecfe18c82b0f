import { type Basis, MemoryAttempted } from '../../schema/bodies/record.ts';
import type { Event } from '../../schema/event.ts';
import { errorLine } from '../recall/outcome.ts';
import type { Place } from '../scope.ts';

/** As much of an event as a brief says of it. */
export interface Deed extends Place {
  id: string;
  hlc: string;
  /** Epoch milliseconds. */
  at: number;
  session: string;
  agent: string;
  by: string;
  what: 'edit' | 'failure' | 'note' | 'attempt' | 'decision';
  status: Event['status'];
  /** What was done, noted or tried. */
  text: string;
  /** The error; of a note or an attempt why. */
  why: string;
  paths: readonly string[];
  basis: Basis | null;
  /** Of an attempt: how it ended and what was done in its place. */
  outcome: 'worked' | 'failed' | 'abandoned' | null;
  instead: string;
}

const TEXT = 600;
const PATHS = 20;

/** Types of events that a brief speaks of, whatever their status; of others it speaks where they failed. */
export const deedTypes = [
  'file.edited',
  'memory.attempted',
  'memory.noted',
  'memory.decided',
  'memory.agreed',
] as const;

/** What a brief may say of an event, each text of it with so many characters at the most; null: nothing. */
export function deedOf(event: Event, mostCharacters = TEXT): Deed | null {
  const told = tellingOf(event, mostCharacters);
  if (told === null) return null;
  const { id, hlc, at, session, agent, branch, writer, seq, status, actor } = event;
  const place = { id, hlc, at, session, agent, branch, writer, seq, status, by: actor.name };
  const paths = event.paths.slice(0, PATHS);
  return { ...place, paths, basis: null, outcome: null, instead: '', ...told };
}

type Telling = Pick<Deed, 'what' | 'text' | 'why'> & Partial<Pick<Deed, 'basis' | 'outcome' | 'instead'>>;

function tellingOf(event: Event, most: number): Telling | null {
  if (event.type === 'memory.attempted') return attemptOf(event, most);
  if (event.type === 'memory.noted') return noteOf(event, most);
  if (event.type === 'memory.decided' || event.type === 'memory.agreed')
    return { what: 'decision', text: (event.text.split('\n', 1)[0] ?? '').slice(0, TEXT), why: '' };
  if (event.status !== 'ok' && event.actor.kind !== 'daemon') {
    const text = event.text.split('\n', 1)[0] ?? '';
    return { what: 'failure', text: text.slice(0, TEXT), why: errorLine(event).slice(0, TEXT) };
  }
  return event.type === 'file.edited' ? { what: 'edit', text: '', why: '' } : null;
}

function attemptOf({ body }: Event, most: number): Telling | null {
  const parsed = MemoryAttempted.safeParse(body);
  if (!parsed.success) return null;
  const { approach, reason = '', outcome, instead = '', state = null } = parsed.data;
  return {
    what: 'attempt',
    text: approach.slice(0, most),
    why: reason.slice(0, most),
    outcome,
    instead: instead.slice(0, most),
    basis: state,
  };
}

function noteOf({ body, text }: Event, most: number): Telling {
  const { content, metadata, basis } = body as { content?: unknown; metadata?: unknown; basis?: unknown };
  const reason =
    typeof metadata === 'object' && metadata !== null ? (metadata as { reason?: unknown }).reason : undefined;
  return {
    what: 'note',
    text: (typeof content === 'string' ? content : text).slice(0, most),
    why: typeof reason === 'string' ? reason.slice(0, most) : '',
    basis: readBasis(basis),
  };
}

function readBasis(given: unknown): Basis | null {
  const parsed = MemoryAttempted.shape.state.safeParse(given);
  return parsed.success && parsed.data !== undefined ? parsed.data : null;
}
