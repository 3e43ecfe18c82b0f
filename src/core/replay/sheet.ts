import type { Event } from '../../schema/event.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { Knowledge, Session } from '../../schema/records.ts';
import { redactJson, redactText, unmarked } from '../redact.ts';
import { type Discretion, discreet } from './discreet.ts';

/** A step with what is shown of it, and nothing by which a machine or a store could be told. */
export type SheetStep = Pick<
  Event,
  'id' | 'session' | 'turn' | 'agent' | 'actor' | 'at' | 'type' | 'status' | 'paths' | 'text' | 'body'
>;

export type SheetLanes = Pick<
  OutputOf<'replay.lanes'>,
  'from' | 'to' | 'bucketMs' | 'first' | 'lanes' | 'total'
>;

/** A replay as a page holds it that is shared. */
export interface Sheet {
  subject: OutputOf<'replay.show'>['subject'];
  session: Session | null;
  children: Session[];
  agents: string[];
  steps: SheetStep[];
  /** Steps that are not in here because it would be too large. */
  leftOut: number;
  lanes: SheetLanes;
  /** What was planned and decided at the last step. */
  known: Knowledge | null;
  madeAt: number;
}

/** A string that is longer than this keeps its beginning and its end. */
const mostChars = 256 * 1024;

function cutLong(text: string): string {
  if (text.length <= mostChars) return text;
  const half = mostChars / 2;
  const left = text.length - mostChars;
  return `${text.slice(0, half)}\n[… ${left} characters left out …]\n${text.slice(-half)}`.toWellFormed();
}

function cutAll(value: unknown): unknown {
  if (typeof value === 'string') return cutLong(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(cutAll);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, cutAll(inner)]));
}

/** A step fit to be shared: redacted once more, long texts cut, nothing of this machine in it. */
export function sheetStep(event: Event, discretion: Discretion): SheetStep {
  const { id, session, turn, agent, actor, at, type, status } = event;
  const said = {
    agent,
    actor,
    paths: event.paths.map((path) => redactText(path, unmarked).text),
    text: redactText(cutLong(event.text), unmarked).text,
    body: redactJson(cutAll(event.body), unmarked) as Event['body'],
  };
  return { id, session, turn, at, type, status, ...discreet(said, discretion) };
}

/** Something with a title, fit to be shared. */
export const sheetTitled = <T extends { title: string }>(value: T, discretion: Discretion): T =>
  discreet({ ...value, title: redactText(value.title, unmarked).text }, discretion);

/** A session fit to be shared: without its directory and the agent's own id. */
export const sheetSession = (session: Session, discretion: Discretion): Session =>
  discreet(
    {
      ...session,
      title: redactText(session.title, unmarked).text,
      cwd: null,
      nativeId: null,
      branch: '',
    },
    discretion,
  );

/** What was known, fit to be shared. */
export const sheetKnowledge = (known: Knowledge, discretion: Discretion): Knowledge =>
  discreet(redactJson(known, unmarked) as Knowledge, discretion);
