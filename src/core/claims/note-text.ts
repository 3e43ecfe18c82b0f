import type { Claim } from '../../schema/records.ts';
import { asRecord, quote, quotePath } from '../quote.ts';

/** A claim as somebody is told of it. */
export interface ToldClaim {
  claim: Claim;
  /** What of it the other meets. */
  paths: readonly string[];
  /** Name of the holder's branch. */
  branch: string | null;
}

const mostPaths = 3;
const whyChars = 120;

/** What an agent reads before it edits what others have claimed: who, since when, why, on which branch and for how long. */
export function claimNote(
  told: readonly ToldClaim[],
  { now, workspace }: { now: number; workspace: string },
): string {
  const lines = told.map(({ claim, paths, branch }) => {
    const facts = [
      `${quote(claim.holder, 40)} claimed ${namesOf(paths)} ${lengthText(now - claim.createdAt)} ago`,
      ...(claim.until === null ? [] : [`for ${lengthText(claim.until - now)} more`]),
      ...(branch === null ? [] : [`on ${quote(branch, 60)}`]),
      ...(claim.standing === 'provisional' ? ['not confirmed'] : []),
      ...(claim.why === '' ? [] : [`why: ${quote(claim.why, whyChars)}`]),
    ];
    return `${facts.join(', ')} (${claim.event.slice(-8)})`;
  });
  return asRecord('claim', workspace, lines.join('\n'));
}

/** What whoever has lost a claim reads: what it was, and who has it. */
export function lostNote(lost: readonly Claim[], { workspace }: { workspace: string }): string {
  const lines = lost.map(({ event, paths, item, handoff, lostTo }) => {
    const what =
      paths.length > 0
        ? namesOf(paths)
        : item !== null
          ? `plan item ${item.slice(-6)}`
          : `handoff ${handoff?.slice(-6) ?? ''}`;
    const who = lostTo === null ? 'somebody else' : quote(lostTo, 60);
    return `the claim of this session on ${quote(what, 300)} was lost to ${who} (${event.slice(-8)})`;
  });
  return asRecord('claim', workspace, lines.join('\n'));
}

function namesOf(paths: readonly string[]): string {
  const named = paths.slice(0, mostPaths).map((path) => quotePath(path, 100));
  return paths.length > mostPaths
    ? `${named.join(', ')} and ${paths.length - mostPaths} more`
    : named.join(', ');
}

/** A length of time in words. */
export function lengthText(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
