import type { Claim } from '../../schema/records.ts';

/** So many of a claim's paths are named. */
const mostNamed = 5;

/** What is claimed, in a few words. */
export function claimedText({ paths, item, handoff }: Pick<Claim, 'paths' | 'item' | 'handoff'>): string {
  const named = paths.slice(0, mostNamed).join(', ');
  const more = paths.length > mostNamed ? ` and ${paths.length - mostNamed} more` : '';
  return [
    ...(paths.length === 0 ? [] : [named + more]),
    ...(item === null ? [] : [`plan item ${item.slice(-6)}`]),
    ...(handoff === null ? [] : [`handoff ${handoff.slice(-6)}`]),
  ].join(', ');
}
