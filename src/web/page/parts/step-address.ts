import { addressOf, type Where } from '../where.tsx';

/** The number of the step that a query asks for, from 0. */
export function stepIn(query: URLSearchParams): number {
  const step = Number(query.get('step') ?? 1);
  return Number.isSafeInteger(step) && step > 0 ? step - 1 : 0;
}

/** A step by its event, or by its number from 1. */
interface Named {
  event?: string;
  step?: number;
}

/** The address of a replay: of a session, from one of its steps. */
export const stepAddress = (where: Where, session: string, named: Named = {}): string =>
  atStep(addressOf(where, `sessions/${encodeURIComponent(session)}`), named);

/** The same of all that is seen from the branch. */
export const branchAddress = (where: Where, named: Named = {}): string =>
  atStep(addressOf(where, 'replay/branch'), named);

function atStep(address: string, { event, step }: Named): string {
  if (event !== undefined) return asking(address, { event });
  return step === undefined ? address : asking(address, { step: String(step) });
}

const asking = (address: string, query: Record<string, string>): string =>
  `${address}${address.includes('?') ? '&' : '?'}${new URLSearchParams(query)}`;

/** Where a row of the list of sessions leads: to its replay, or to that beside the session `beside`. */
export const rowAddress = (where: Where, session: string, beside: string | null): string =>
  beside === null ? stepAddress(where, session) : compareAddress(where, beside, session);

/** Where it is chosen with which other session one is compared; with `other` the two side by side. */
export const compareAddress = (where: Where, session: string, other?: string): string =>
  other === undefined
    ? asking(addressOf(where, 'sessions'), { with: session })
    : asking(stepAddress(where, session), { with: other });

/** The branch that is looked at and another one side by side. */
export const compareBranchesAddress = (where: Where, other: string): string =>
  asking(branchAddress(where), { with: other });
