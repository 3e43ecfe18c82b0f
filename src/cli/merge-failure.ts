import type { ErrorCode } from '../schema/error-codes.ts';
import type { OutputOf } from '../schema/operation.ts';

/** What an outcome means to a script: conflicts are to be resolved, a rule's no is somebody else's to lift. */
export function mergeFailure({ outcome }: OutputOf<'merge.run'>): ErrorCode | null {
  if (outcome === 'conflicts') return 'CONFLICT';
  return outcome === 'refused' ? 'POLICY_DENIED' : null;
}
