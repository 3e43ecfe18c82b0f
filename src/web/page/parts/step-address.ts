import { addressOf, type Where } from '../where.tsx';

/** The number of the step that a query asks for, from 0. */
export function stepIn(query: URLSearchParams): number {
  const step = Number(query.get('step') ?? 1);
  return Number.isSafeInteger(step) && step > 0 ? step - 1 : 0;
}

/** The address of a replay: of a session from one of its steps (an event, or a number from 1). */
export function stepAddress(
  where: Where,
  session: string,
  { event, step }: { event?: string; step?: number } = {},
): string {
  const address = addressOf(where, `sessions/${encodeURIComponent(session)}`);
  if (event === undefined && step === undefined) return address;
  const query = new URLSearchParams(event === undefined ? { step: String(step) } : { event });
  return `${address}${address.includes('?') ? '&' : '?'}${query}`;
}

/** Where a row of the list of sessions leads: to its replay, or to that beside the session `beside`. */
export const rowAddress = (where: Where, session: string, beside: string | null): string =>
  beside === null ? stepAddress(where, session) : compareAddress(where, beside, session);

/** Where it is chosen with which other session one is compared; with `other` the two side by side. */
export function compareAddress(where: Where, session: string, other?: string): string {
  const path = other === undefined ? 'sessions' : `sessions/${encodeURIComponent(session)}`;
  const address = addressOf(where, path);
  return `${address}${address.includes('?') ? '&' : '?'}${new URLSearchParams({ with: other ?? session })}`;
}
