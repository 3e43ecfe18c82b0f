import { vectorFault } from '../core/vectors.ts';
import { AppError } from '../schema/app-error.ts';
import type { DraftInput } from '../schema/event.ts';
import { factOfNativeId } from '../schema/ids.ts';
import type { NewEvent, Note } from './types.ts';

/** In whose name is written. */
export interface Author {
  agent: string;
  /** Session id. */
  session: string;
  /** The run's own id; null when the session is somebody else's and has begun already. */
  nativeId: string | null;
}

export type SdkDraft = DraftInput & { identity: { nativeId: string; phase: string } };

/** Most events of one call, and about how many bytes: the daemon reads a call whole. */
const callEvents = 1_000;
const callBytes = 8 << 20;

/** The event as the daemon takes it; `id` makes it one of its kind. Throws INVALID_ARGUMENT that names what is wrong `where`. */
export function toDraft(event: Note | NewEvent, author: Author, id: string, where = ''): SdkDraft {
  if (typeof event !== 'object' || event === null) throw invalid(`${where}event`, 'is not an object');
  const { paths, status, at } = event;
  const what = 'type' in event ? ownEvent(event) : noted(event, where);
  return {
    ...what,
    agent: author.agent,
    session: author.session,
    identity: { nativeId: id, phase: what.type },
    actor: { kind: 'agent', name: author.agent },
    ...(paths === undefined ? {} : { paths: [...paths] }),
    ...(status === undefined ? {} : { status }),
    ...(at === undefined ? {} : { at }),
  };
}

const ownEvent = ({ type, text, body }: NewEvent): Pick<SdkDraft, 'type' | 'text' | 'body'> => ({
  type,
  ...(text === undefined ? {} : { text }),
  ...(body === undefined ? {} : { body }),
});

function noted({ content, embedding, metadata }: Note, where: string): { type: string } & Partial<SdkDraft> {
  if (typeof content !== 'string')
    throw invalid(`${where}content`, 'is not a string (an event that is no note has a type)');
  return {
    type: 'memory.noted',
    text: content,
    body: {
      content,
      ...(embedding === undefined ? {} : { embedding: toNumbers(embedding, `${where}embedding`) }),
      ...(metadata === undefined ? {} : { metadata }),
    },
  };
}

/** The vector as JSON can hold it. Throws INVALID_ARGUMENT that names the element which no vector may have. */
export function toNumbers(vector: readonly number[] | Float32Array, name: string): number[] {
  if (!Array.isArray(vector) && !(vector instanceof Float32Array))
    throw invalid(name, 'is not an array of numbers');
  const fault = vectorFault(vector);
  if (fault !== null) throw invalid(fault.at === null ? name : `${name}[${fault.at}]`, fault.message);
  // Nine digits are all that a number of 32 bits has; as one of 64 it would be written with twice as many.
  return vector instanceof Float32Array
    ? Array.from(vector, (element) => Number(element.toPrecision(9)))
    : [...vector];
}

const invalid = (name: string, message: string): AppError =>
  new AppError('INVALID_ARGUMENT', `${name}: ${message}`);

/** That a run has begun: what stands before the first event of its session. */
export const beginning = ({ agent, session }: Author, nativeId: string): SdkDraft => ({
  type: 'session.started',
  agent,
  session,
  identity: { nativeId, phase: 'started' },
  actor: { kind: 'agent', name: agent },
  body: { source: 'startup', nativeId },
});

/** By which a stored event is recognised as this one. */
export const factOfDraft = ({ agent, session, identity }: SdkDraft): string =>
  factOfNativeId(agent, session, identity.nativeId, identity.phase);

/** Cuts a list into the parts that one call each takes, with the place of each part's first event in the whole. */
export function inCalls(drafts: readonly SdkDraft[]): { place: number; events: SdkDraft[] }[] {
  const calls: { place: number; events: SdkDraft[] }[] = [];
  let bytes = 0;
  for (const [place, draft] of drafts.entries()) {
    const more = weigh(draft);
    const last = calls.at(-1);
    if (last === undefined || last.events.length >= callEvents || bytes + more > callBytes) {
      calls.push({ place, events: [draft] });
      bytes = more;
    } else {
      last.events.push(draft);
      bytes += more;
    }
  }
  return calls;
}

/** About how many bytes of JSON a draft makes: a number of a vector has up to 24. */
function weigh({ text = '', body = {} }: SdkDraft): number {
  const { embedding, ...rest } = body;
  const numbers = Array.isArray(embedding) ? embedding.length * 24 : 0;
  return 500 + 2 * text.length + numbers + 2 * JSON.stringify(rest).length;
}
