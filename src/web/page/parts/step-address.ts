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
