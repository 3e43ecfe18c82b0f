import type { ReviewVerdict } from '../../schema/bodies/review.ts';

/** What keeps a signature from meaning anything elsewhere (ssh-keygen(1), -n). */
export const signatureNamespace = 'hivemind-review';

/** What a signed verdict is about, by ids. */
export interface SignedVerdict {
  workspace: string;
  source: string;
  into: string;
  /** What the source was when it was looked at. */
  head: string;
  verdict: ReviewVerdict;
  /** Made for this one verdict, so that its signature is of no use for another. */
  nonce: string;
}

/** What is signed. The comment is not: secrets are taken out of it before it is stored. */
export const signedText = ({ workspace, source, into, head, verdict, nonce }: SignedVerdict): string =>
  `hivemind review 2\nworkspace ${workspace}\nsource ${source}\ninto ${into}\nhead ${head}\nverdict ${verdict}\nnonce ${nonce}\n`;
