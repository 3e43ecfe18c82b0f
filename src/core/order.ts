import type { FoldedEvent } from '../schema/event.ts';

/** Digits of the largest safe integer. */
export const digits = (value: number): string => value.toString().padStart(16, '0');

/** Fold order as text: no two events have the same. */
export const orderOf = ({ hlc, writer, seq }: Pick<FoldedEvent, 'hlc' | 'writer' | 'seq'>): string =>
  hlc + writer + digits(seq);
