import type { Event } from '../../schema/event.ts';

/** Whether a step says `wanted` (in lower case) anywhere that a reader sees: not in the names of a body's fields. */
export const says = ({ type, agent, actor, text, paths, body }: Event, wanted: string): boolean =>
  [type, agent, actor.name, text, ...paths].some((part) => part.toLowerCase().includes(wanted)) ||
  isSaidIn(body, wanted, 0);

/** Bodies that are nested deeper are not taken (`storable`). */
const deepest = 64;

function isSaidIn(value: unknown, wanted: string, depth: number): boolean {
  if (typeof value === 'string') return value.toLowerCase().includes(wanted);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value).includes(wanted);
  if (typeof value !== 'object' || value === null || depth > deepest) return false;
  return Object.values(value).some((part) => isSaidIn(part, wanted, depth + 1));
}
