import { createContext, useContext } from 'react';
import type { InputOf, OutputOf } from '../../../../schema/operation.ts';
import type { Reviewed } from '../../parts/review-address.ts';
import type { Thread } from './threads.ts';

export type ReviewData = OutputOf<'review.show'>;
export type ReviewEntry = ReviewData['reviews'][number];
export type Conflict = ReviewData['conflicts'][number];
export type FieldChange = ReviewData['changes'][number];
export type Place = Pick<InputOf<'review.comment'>, 'commit' | 'path' | 'line' | 'event' | 'record'>;
export type Resolution = InputOf<'merge.resolve'>['resolutions'] extends Record<string, infer One> | undefined
  ? One
  : never;

/** What every part of the screen of a review knows. */
export interface InReview {
  review: ReviewData;
  reviewed: Reviewed;
  threads: readonly Thread[];
  /** How conflicts are to be settled, by their ids; only of conflicts that there are. */
  settled: Readonly<Record<string, Resolution>>;
  /** null: not settled after all. */
  settle(conflict: string, how: Resolution | null): void;
  /** Asks what it is now. */
  refresh(): void;
}

const Context = createContext<InReview | null>(null);
export const InReviewProvider = Context.Provider;

export function useReview(): InReview {
  const known = useContext(Context);
  if (known === null) throw new Error('useReview is called outside of a review');
  return known;
}
