import type { ReviewRecord } from '../../core/records/review.ts';
import { isStale, type Standing } from '../../core/review/standing.ts';
import { MergeReviewed } from '../../schema/bodies/review.ts';
import type { Review } from '../../schema/operations/review.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { signerOf } from './verify.ts';

export interface Asked {
  /** Branch on which they were said. */
  into: string;
  /** What the source is now. */
  head: string;
  standing: Standing;
}

/** Most reviews that are shown: the latest. */
const mostShown = 500;

/** Reviews with their words, oldest first. */
export async function reviewRows(
  open: OpenWorkspace,
  records: readonly ReviewRecord[],
  { into, head, standing }: Asked,
): Promise<Review[]> {
  const shown = records.slice(-mostShown);
  if (shown.length === 0) return [];
  const spans = [{ branch: into, writer: null, upTo: null }];
  const events = await open.store.find({ spans, ids: shown.map(({ event }) => event) });
  const bodies = new Map(events.map(({ id, body }) => [id, MergeReviewed.safeParse(body).data]));
  const signers = await signersOf(open, signedAmong(shown, standing), bodies);
  return shown.map((record) => {
    const body = bodies.get(record.event);
    const signer = signers.get(record.event) ?? null;
    return {
      event: record.event,
      by: record.by,
      actor: record.kind,
      at: record.at,
      verdict: record.verdict,
      comment: body?.comment ?? '',
      place: body?.place ?? null,
      replyTo: body?.replyTo ?? null,
      head: record.head,
      isStale: isStale(record, head),
      counts: standing.counting.has(record.event),
      standing: signer === null ? ('unverified' as const) : ('verified' as const),
      signer,
    };
  });
}

/** Most signatures that are looked at. */
const mostSigned = 50;

/** Reviews with a signature of their own: what counts before what does not, the latest before the others. */
function signedAmong(
  records: readonly ReviewRecord[],
  { counting, copied }: Pick<Standing, 'counting' | 'copied'>,
): ReviewRecord[] {
  const signed = records.filter(({ event, nonce }) => nonce !== null && !copied.has(event)).reverse();
  const rank = ({ event }: ReviewRecord): number => (counting.has(event) ? 0 : 1);
  return signed.sort((a, b) => rank(a) - rank(b)).slice(0, mostSigned);
}

/** Event → whose key signed it, where the user knows that key. */
async function signersOf(
  open: OpenWorkspace,
  records: readonly ReviewRecord[],
  bodies: ReadonlyMap<string, MergeReviewed | undefined>,
): Promise<Map<string, string | null>> {
  const signers = new Map<string, string | null>();
  for (const { event, at, head, verdict, nonce } of records) {
    const body = bodies.get(event);
    const signature = body?.signature?.value;
    if (body === undefined || signature === undefined || nonce === null) continue;
    const { source, into } = body;
    const said = { workspace: open.workspace.id, source, into, head, verdict, nonce };
    signers.set(event, await signerOf({ ...said, signature, at }));
  }
  return signers;
}
