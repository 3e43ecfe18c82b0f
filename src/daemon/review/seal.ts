import type { ReviewRecord } from '../../core/records/review.ts';
import type { SignedVerdict } from '../../core/review/signed-text.ts';
import { AppError } from '../../schema/app-error.ts';
import type { MergeReviewed } from '../../schema/bodies/review.ts';
import type { ParsedOf } from '../../schema/operation.ts';
import { keyOf } from './verify.ts';

/** A signature as it is stored, with what tells whose and which one it is. */
export type Seal = NonNullable<MergeReviewed['signature']>;

const hint = 'hivemind review approve NAME --sign KEYFILE';

/**
 * What a verdict is sealed with; null: nothing. Throws INVALID_ARGUMENT when it does not say what was looked at and which
 * one it is, or when another verdict was signed.
 */
export async function sealOf(
  about: Omit<SignedVerdict, 'head' | 'nonce'>,
  { signature, head, nonce }: Pick<ParsedOf<'review.approve'>, 'signature' | 'head' | 'nonce'>,
): Promise<Seal | null> {
  if (signature === undefined) return null;
  if (head === undefined)
    throw new AppError('INVALID_ARGUMENT', 'head: a signed verdict says what was looked at', { hint });
  if (nonce === undefined)
    throw new AppError('INVALID_ARGUMENT', 'nonce: a signed verdict has a number that is used once', {
      hint,
    });
  const key = await keyOf({ ...about, head, nonce }, signature);
  return { kind: 'ssh', value: signature, nonce, key };
}

/** Throws ALREADY_EXISTS when a signature was given before: whoever brings it again need not have the key. */
export function checkUnused(reviews: readonly ReviewRecord[], seal: Seal | undefined): void {
  const before = reviews.find(({ nonce }) => nonce !== null && nonce === seal?.nonce);
  if (before === undefined) return;
  throw new AppError(
    'ALREADY_EXISTS',
    `signature: it was used before, by ${before.by} in ${before.event.slice(-8)}; each verdict is signed anew`,
    { hint },
  );
}
