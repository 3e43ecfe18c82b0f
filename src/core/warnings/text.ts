import { asRecord, quote } from '../quote.ts';
import type { Judgement } from './gate.ts';

/** One failure as it is quoted. */
export interface QuotedFailure {
  event: string;
  agent: string;
  at: number;
  /** What was called. */
  asked: string;
  /** What the tool, or a person, said. */
  said: string;
  isOwn: boolean;
}

/** Characters of the parts, so that a warning of two failures stays below 120 tokens of four characters. */
const askedChars = 70;
const saidChars = 90;
const mostQuoted = 1;

/** What the agent reads beside its call: who, when, what failed and why, as quoted data. */
export function warningText(
  { posterior, worked }: Pick<Judgement, 'posterior' | 'worked'>,
  failures: readonly QuotedFailure[],
  { now, workspace }: { now: number; workspace: string },
): string {
  const lines = failures.slice(0, mostQuoted).map((failure) => {
    const who = failure.isOwn ? 'this session' : quote(failure.agent, 20);
    const asked = quote(failure.asked, askedChars);
    return `failed before (${who}, ${ago(now - failure.at)}, ${idTail(failure.event)}): ${asked} | ${quote(failure.said, saidChars)}`;
  });
  if (worked !== null) lines.push(`worked: ${idTail(worked)}`);
  lines.push(`${Math.round(posterior * 100)} % of such calls fail`);
  return asRecord('warning', workspace, lines.join('\n'));
}

const idTail = (id: string): string => id.slice(-8);

function ago(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.round(hours / 24)} d ago`;
}
