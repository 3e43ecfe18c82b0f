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
  const signers = await signersOf(open, shown, bodies);
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

/** Most signatures that are looked at: the latest. */
const mostSigned = 50;

/** Event → whose key signed it. A signature that comes a second time was taken from the first. */
async function signersOf(
  open: OpenWorkspace,
  records: readonly ReviewRecord[],
  bodies: ReadonlyMap<string, MergeReviewed | undefined>,
): Promise<Map<string, string | null>> {
  const signers = new Map<string, string | null>();
  const seen = new Set<string>();
  for (const { event, at, head, verdict } of records.filter(({ isSigned }) => isSigned).slice(-mostSigned)) {
    const body = bodies.get(event);
    const signature = body?.signature?.value;
    if (body === undefined || signature === undefined || seen.has(signature)) continue;
    seen.add(signature);
    const { source, into } = body;
    const said = { workspace: open.workspace.id, source, into, head, verdict };
    signers.set(event, await signerOf({ ...said, event, signature, at }));
  }
  return signers;
}
