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
}

/** What is signed. The comment is not: secrets are taken out of it before it is stored. */
export const signedText = ({ workspace, source, into, head, verdict }: SignedVerdict): string =>
  `hivemind review 1\nworkspace ${workspace}\nsource ${source}\ninto ${into}\nhead ${head}\nverdict ${verdict}\n`;
