import type { DerivedPart, HandoffOffered } from '../schema/bodies/handoff.ts';
import type { WrittenHandoff } from '../schema/operations/handoff.ts';
import type { SessionFacts } from './handoff-record.ts';

/** The fields of a handoff as flags give them. */
export interface HandoffFlags {
  task?: string | undefined;
  status?: string | undefined;
  next?: string | undefined;
  question?: readonly string[] | undefined;
  file?: readonly string[] | undefined;
  passed?: readonly string[] | undefined;
  /** NAME=MESSAGE */
  failed?: readonly string[] | undefined;
  decision?: readonly string[] | undefined;
  /** APPROACH: REASON */
  rejected?: readonly string[] | undefined;
}

type Content = Pick<
  HandoffOffered,
  'status' | 'questions' | 'files' | 'tests' | 'decisions' | 'rejected' | 'derived'
> & {
  task: string | undefined;
  next: string | undefined;
};
type Part = (typeof DerivedPart)['options'][number];

/**
 * Puts together what somebody wrote (flags before the object; lists of both) and, for each part that they left out, what
 * the record says.
 */
export function composeHandoff(
  flags: HandoffFlags,
  written: WrittenHandoff,
  read: { facts: SessionFacts | null; questions: readonly string[] },
): Content {
  const derived: Part[] = [];
  const filled = <T>(part: Part, given: T[], known: readonly T[] | undefined): T[] => {
    if (given.length > 0 || known === undefined || known.length === 0) return given;
    derived.push(part);
    return [...known];
  };
  const { facts } = read;
  const { tests = {} } = written;
  const given = {
    passed: both(flags.passed, tests.passed),
    failed: [...(flags.failed ?? []).map(failedOf), ...(tests.failed ?? []).map(failedIn)],
  };
  const isTested = given.passed.length + given.failed.length > 0;
  const isKnown = facts !== null && facts.tests.passed.length + facts.tests.failed.length > 0;
  if (!isTested && isKnown) derived.push('tests');
  return {
    task: flags.task ?? written.task,
    status: flags.status ?? written.status ?? '',
    next: flags.next ?? written.next,
    questions: filled('questions', both(flags.question, written.questions), read.questions),
    files: filled('files', both(flags.file, written.files), facts?.files),
    tests: !isTested && isKnown ? facts.tests : given,
    decisions: filled(
      'decisions',
      both(flags.decision, written.decisions).map((text) => ({ text })),
      facts?.decisions,
    ),
    rejected: filled(
      'rejected',
      [...(flags.rejected ?? []).map(rejectedOf), ...(written.rejected ?? []).map(rejectedIn)],
      facts?.rejected,
    ),
    derived,
  };
}

const both = (flags: readonly string[] = [], written: readonly string[] = []): string[] => [
  ...new Set([...flags, ...written]),
];

/** What stands before a separator and behind it; all of it before, where there is none. */
function halves(text: string, separator: string, most: number): [before: string, behind: string] {
  const at = text.indexOf(separator);
  if (at < 1) return [text.slice(0, most), ''];
  const behind = text.slice(at + separator.length).trim();
  return [text.slice(0, at).trim().slice(0, most), behind.slice(0, 2000)];
}

function failedOf(text: string): { name: string; message: string } {
  const [name, message] = halves(text, '=', 500);
  return { name, message };
}

const failedIn = (given: string | { name: string; message?: string | undefined }) =>
  typeof given === 'string' ? failedOf(given) : { name: given.name, message: given.message ?? '' };

function rejectedOf(text: string): { approach: string; reason: string } {
  const [approach, reason] = halves(text, ': ', 1000);
  return { approach, reason };
}

const rejectedIn = (given: string | { approach: string; reason?: string | undefined }) =>
  typeof given === 'string' ? rejectedOf(given) : { approach: given.approach, reason: given.reason ?? '' };

/** What is searched of a handoff: its words, line by line. */
export function handoffSearchText(content: HandoffOffered): string {
  const because = (reason: string): string => (reason === '' ? '' : ` because ${reason}`);
  return [
    `Handoff: ${content.task}`,
    ...(content.status === '' ? [] : [`status: ${content.status}`]),
    `next: ${content.next}`,
    ...content.questions.map((one) => `open question: ${one}`),
    ...content.rejected.map((one) => `not again: ${one.approach}${because(one.reason)}`),
    ...content.decisions.map(({ text }) => `decided: ${text}`),
    ...content.tests.failed.map(({ name, message }) => `fails: ${name} ${message}`.trim()),
    ...content.tests.passed.map((name) => `passes: ${name}`),
  ].join('\n');
}
