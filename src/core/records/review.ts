import { MergeReviewed, type ReviewVerdict } from '../../schema/bodies/review.ts';
import { compareEvents, type FoldedEvent } from '../../schema/event.ts';
import type { Projection } from '../projection.ts';

/** A review without its words: those are in its event. */
export interface ReviewRecord {
  event: string;
  hlc: string;
  writer: string;
  seq: number;
  at: number;
  by: string;
  kind: FoldedEvent['actor']['kind'];
  verdict: ReviewVerdict;
  /** What the source was when it was looked at. */
  head: string;
  /** What was made for the signature; null: it is not signed. */
  nonce: string | null;
  /** Fingerprint of the key that signed it. */
  key: string | null;
}

/** What reviews of one branch on its way into another are kept under. */
export const reviewKey = (source: string, into: string): string => `${source} ${into}`;

/** The reviews of each branch on its way into another, in fold order. */
export const reviews: Projection<ReviewRecord[]> = {
  reads: ['merge.reviewed'],
  fold(records, event) {
    if (event.type !== 'merge.reviewed') return;
    const body = MergeReviewed.safeParse(event.body);
    // What is said on another branch is not said where it counts.
    if (!body.success || body.data.into !== event.branch) return;
    const { source, into, verdict, head, signature } = body.data;
    const { id, hlc, writer, seq, at, actor } = event;
    const key = reviewKey(source, into);
    const record: ReviewRecord = {
      event: id,
      hlc,
      writer,
      seq,
      at,
      by: actor.name,
      kind: actor.kind,
      verdict,
      head,
      ...sealOf(signature),
    };
    const all = records.get(key) ?? [];
    records.set(key, all);
    insert(all, record);
  },
};

/** A signature of which one of the two is missing names nobody. */
function sealOf(signature: MergeReviewed['signature']): Pick<ReviewRecord, 'nonce' | 'key'> {
  const { nonce = null, key = null } = signature ?? {};
  return nonce === null || key === null ? { nonce: null, key: null } : { nonce, key };
}

/** Late ones have their place among the others. */
function insert(all: ReviewRecord[], record: ReviewRecord): void {
  let at = all.length;
  for (let last = all[at - 1]; last !== undefined && compareEvents(last, record) > 0; last = all[at - 1])
    at -= 1;
  all.splice(at, 0, record);
}
