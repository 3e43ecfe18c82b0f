import type { HandoffOffered } from '../schema/bodies/handoff.ts';
import type { HandoffPosting } from '../schema/records.ts';
import { estimateTokens, isoTime } from './cards.ts';
import { quote, quotePath } from './quote.ts';

/** How much of a handoff is told: `short` is some 400 tokens at the most, `whole` is all of it. */
export interface HandoffLimits {
  /** Characters of a text, and of one member of a list. */
  text: number;
  member: number;
  /** Members of a list, and files. */
  members: number;
  files: number;
}

export const shortHandoff: HandoffLimits = { text: 500, member: 160, members: 5, files: 12 };
export const wholeHandoff: HandoffLimits = { text: 8000, member: 4000, members: 1000, files: 1000 };

const NAME = 60;
const PATH = 100;

/** agent:codex, role:reviewer or anybody, as data. */
export const addresseeText = (to: HandoffPosting['to']): string =>
  to.kind === 'anybody' ? 'anybody' : `${to.kind}:${quote(to.name, NAME)}`;

const list = (label: string, all: readonly string[], most: number): string[] => [
  ...all.slice(0, most).map((text) => `  ${label}: ${text}`),
  ...(all.length > most ? [`  ${label}: and ${all.length - most} more`] : []),
];

const from = (event: string | undefined): string => (event === undefined ? '' : ` · ${quote(event, NAME)}`);

const because = (reason: string, most: number): string =>
  reason.trim() === '' ? '' : ` because ${quote(reason, most)}`;

/** What a handoff says, without whose it is: one fact in a line, each quoted as data. */
export function contentLines(content: HandoffOffered, limits: HandoffLimits = shortHandoff): string[] {
  const { text, member, members, files } = limits;
  const { tests } = content;
  const paths = content.files.slice(0, files).map((path) => quotePath(path, PATH));
  const more = content.files.length > paths.length ? ` and ${content.files.length - paths.length} more` : '';
  const derived = content.derived.length === 0 ? '' : ` (${content.derived.join(', ')} read from the record)`;
  return [
    `  task: ${quote(content.task, text)}`,
    ...(content.status.trim() === '' ? [] : [`  status: ${quote(content.status, text)}`]),
    `  next: ${quote(content.next, text)}`,
    ...list(
      'open question',
      content.questions.map((one) => quote(one, member)),
      members,
    ),
    ...list(
      'not again',
      content.rejected.map(
        (one) => quote(one.approach, member) + because(one.reason, member) + from(one.event),
      ),
      members,
    ),
    ...list(
      'decided',
      content.decisions.map((one) => quote(one.text, member) + from(one.event)),
      members,
    ),
    ...list(
      'fails',
      tests.failed.map(
        ({ name, message, event }) =>
          quote(name, member) + (message === '' ? '' : ` → ${quote(message, member)}`) + from(event),
      ),
      members,
    ),
    ...list(
      'passes',
      tests.passed.map((name) => quote(name, member)),
      members,
    ),
    ...(paths.length === 0 ? [] : [`  files: ${paths.join(', ')}${more}`]),
    ...(content.item === null ? [] : [`  plan item: ${quote(content.item, NAME)}`]),
    ...(content.tokens === undefined ? [] : [`  length: ${tokensText(content.tokens)}${derived}`]),
  ];
}

/** `420 tokens in place of a transcript of 81,000`. */
export const tokensText = ({ handoff, transcript }: NonNullable<HandoffOffered['tokens']>): string =>
  transcript === null
    ? `${count(handoff)} tokens`
    : `${count(handoff)} tokens in place of a transcript of ${count(transcript)}`;

const count = (value: number): string => value.toLocaleString('en-US');

/** Tokens of what whoever takes it is told of its content. */
export const handoffTokens = (content: HandoffOffered): number =>
  estimateTokens(contentLines({ ...content, tokens: undefined }, wholeHandoff).join('\n'));

/** Whose a handoff is, for whom, and how far it came: one line, which begins with an asterisk. */
export function postingLine(posting: HandoffPosting): string {
  const { id, to, state, takenBy, takenIn, until } = posting;
  const by = takenBy === null || state === 'offered' ? '' : ` by ${quote(takenBy, NAME)}`;
  const where = takenIn === null || state === 'offered' ? '' : ` (${quote(takenIn, NAME)})`;
  const expires = until === null || state !== 'offered' ? '' : ` · until ${isoTime(until)}`;
  return `* ${quote(id, NAME)} · from ${quote(posting.from, NAME)} to ${addresseeText(to)} · ${state}${by}${where}${expires}`;
}

/**
 * A handoff as an agent is told of it: short, one fact in a line, every text quoted as data, with ids. Without its content
 * (it stands on a branch that is not seen) it says how to get it; `branch` is the name of that branch.
 */
export function handoffLines(
  content: HandoffOffered | null,
  posting: HandoffPosting,
  { limits = shortHandoff, branch = posting.branch ?? '' }: { limits?: HandoffLimits; branch?: string } = {},
): string[] {
  const id = quote(posting.id, NAME);
  const elsewhere = content === null ? ' --branch with the name of that branch' : '';
  const told =
    content === null
      ? [`  its content stands on the branch ${quote(branch, NAME)}, which is not seen from here`]
      : contentLines(content, limits);
  return [
    postingLine(posting),
    ...told,
    `  all of it: hivemind handoff show ${id}${elsewhere}`,
    ...(posting.state === 'offered' ? [`  to take it: hivemind handoff accept ${id}${elsewhere}`] : []),
  ];
}
