import type { MemoryKind, Remembered } from '../../../../schema/operations/memory.ts';

/** What the address calls something: a decision or a convention by its key, which stays when it changes, else its event. */
export const itemOf = ({ kind, key, event }: Pick<Remembered, 'kind' | 'key' | 'event'>): string =>
  key === null ? event : `${kind}:${key}`;

/** The other way round: what `memory.show` is to be asked for. */
export function namedBy(item: string): { name: string; kind?: MemoryKind } {
  const [, kind, key] = /^(decision|convention):([\s\S]+)$/.exec(item) ?? [];
  return kind === undefined || key === undefined
    ? { name: item }
    : { name: key, kind: kind === 'decision' ? 'decision' : 'convention' };
}

export const kindNames: Readonly<Record<MemoryKind, { one: string; many: string }>> = {
  decision: { one: 'decision', many: 'Decisions' },
  convention: { one: 'convention', many: 'Conventions' },
  fact: { one: 'fact', many: 'Facts' },
  attempt: { one: 'attempt', many: 'Attempts' },
};
export const kinds = Object.keys(kindNames) as MemoryKind[];

/** Type of an event that can be shown as something remembered. */
export const isMemory = (type: string): boolean =>
  ['memory.decided', 'memory.agreed', 'memory.noted', 'memory.attempted'].includes(type);
