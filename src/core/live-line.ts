import type { Event } from '../schema/event.ts';
import { safeLine } from './safe-text.ts';
import { viewStep } from './step-view.ts';

/** How an event is drawn: what people should not overlook stands out. */
export type LiveTone = 'plain' | 'dim' | 'failed' | 'plan' | 'memory' | 'handoff' | 'branch';

/** An event as one line of a feed; all text is safe for a terminal. */
export interface LiveLine {
  who: string;
  /** ✗ failed, ! rejected; else a space. */
  mark: '✗' | '!' | ' ';
  kind: string;
  title: string;
  tone: LiveTone;
}

const tones: Record<string, LiveTone> = {
  plan: 'plan',
  memory: 'memory',
  attempt: 'memory',
  handoff: 'handoff',
  claim: 'dim',
  session: 'dim',
  branch: 'branch',
  merge: 'branch',
};

const titleChars = 400;

export function liveLine(event: Event): LiveLine {
  const { kind, title } = viewStep(event);
  const { type, status, actor, agent } = event;
  const isBad = status !== 'ok';
  return {
    who: safeLine(actor.kind === 'daemon' ? agent : actor.name),
    mark: status === 'failed' ? '✗' : isBad ? '!' : ' ',
    kind,
    title: title.slice(0, titleChars),
    tone: isBad ? 'failed' : (tones[type.slice(0, type.indexOf('.'))] ?? 'plain'),
  };
}

/** What daemons tell each other: nobody has done anything. */
export const isOfMachines = (type: string): boolean => type === 'writer.observed';

/** How long ago in as few letters as can be. */
export function shortAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** 950, 12k, 3.4M. */
export function shortCount(count: number): string {
  if (count < 1000) return String(Math.round(count));
  if (count < 1e6) return `${Math.round(count / 1000)}k`;
  return `${(count / 1e6).toFixed(1)}M`;
}
