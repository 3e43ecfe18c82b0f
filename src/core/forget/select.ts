import type { Event } from '../../schema/event.ts';
import { forgottenBy, isStructural } from '../../schema/forgotten.ts';
import { someString } from './strings.ts';

/** Types that name branches and join them: they go only when they are meant by themselves. */
const ofBranches = /^(branch\.(created|renamed)|merge\.committed)$/;

export interface Wanted {
  /** Words that an event has to have, anywhere in its text, paths or body; letters large or small. Taken as they are. */
  matching?: string | undefined;
  /** It was named by its id. */
  isNamed: boolean;
}

/**
 * Whether an event is one that somebody wants forgotten, among those that were found by who, where and when. Plain words
 * are looked for, no patterns: one of those could take for ever.
 */
export function createSelector({ matching, isNamed }: Wanted): (event: Event) => boolean {
  const words = matching?.toLowerCase();
  const has = (text: string): boolean => text.toLowerCase().includes(words ?? '');
  return (event) => {
    if (isStructural(event.type)) return false;
    if (forgottenBy(event) !== null && typeof event.body.forgotten === 'string') return false;
    if (words === undefined) return isNamed || !ofBranches.test(event.type);
    return has(event.text) || event.paths.some(has) || someString(event.body, has);
  };
}
