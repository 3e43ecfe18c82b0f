import type { Scope } from '../../core/scope.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

/**
 * How many reviews one view has and another has not. They are about the way into a branch and no part of what it knows:
 * a source that is asked to have seen all of its target need not have seen what was said of it there.
 */
export function unseenReviews({ reviews }: OpenWorkspace, scope: Scope, other: Scope): number {
  let count = 0;
  for (const [key, records] of reviews) {
    const branch = key.slice(key.indexOf(' ') + 1);
    if (!scope.has(branch)) continue;
    for (const { writer, seq } of records) {
      const place = { branch, writer, seq };
      if (scope.sees(place) && !other.sees(place)) count += 1;
    }
  }
  return count;
}
