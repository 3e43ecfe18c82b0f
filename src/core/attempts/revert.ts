import { type Attempt, attempt, quoteSteps } from './attempt.ts';
import { saysWrong } from './correction.ts';
import type { Step } from './step.ts';

/** An edit of another session, for edits that take it back. */
export type EarlierEdits = (change: string) => readonly Step[];

/** What git commands take back: everything (null), or some paths; undefined: nothing. */
export function revertedPaths(command: string): readonly string[] | null | undefined {
  const git =
    /(?:^|[;&|\n]\s*|\b(?:then|do) )git (?:-C \S+ )?(revert|reset|checkout|restore)\b([^;&|\n]*)/.exec(
      command,
    );
  if (git === null) return undefined;
  const [, verb, rest = ''] = git;
  const words = rest
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (verb === 'revert')
    return words.some((word) => /^--(?:abort|quit|skip|continue)$/.test(word)) ? undefined : null;
  if (verb === 'reset') return words.includes('--hard') ? null : undefined;
  const dashes = words.indexOf('--');
  const bare = words.filter((word) => !word.startsWith('-'));
  if (verb === 'checkout') {
    if (dashes >= 0) return pathsOf(words.slice(dashes + 1));
    return bare.length === 1 && bare[0] === '.' ? null : undefined;
  }
  // What is only taken out of the index stays as it is in the file.
  if (/(?:^|\s)(?:--staged|-S)\b/.test(rest) && !/--worktree|-W\b/.test(rest)) return undefined;
  return bare.length === 0 ? undefined : pathsOf(dashes >= 0 ? words.slice(dashes + 1) : bare);
}

const pathsOf = (words: readonly string[]): readonly string[] | null | undefined => {
  const paths = words.map((word) => word.replace(/^["']|["']$/g, '').replace(/^\.\/|\/$/g, ''));
  if (paths.length === 0) return undefined;
  return paths.includes('.') || paths.includes('') ? null : paths;
};

/** What was taken back by a git command, or by an edit that turns an earlier one around. */
export function reverts(steps: readonly Step[], others: EarlierEdits): Attempt[] {
  const edits = new Map<string, Step>();
  return steps.flatMap((step, at) => {
    if (step.status !== 'ok') return [];
    if (step.command !== null) return byCommand(steps.slice(0, at), step, step.command);
    if (step.kind !== 'edit') return [];
    const earlier = turnedAround(step, edits, others);
    if (step.change !== null) edits.set(step.change, step);
    return earlier === null ? [] : [told(steps.slice(0, at), step, [earlier], earlier.said)];
  });
}

function byCommand(before: readonly Step[], step: Step, command: string): Attempt[] {
  const paths = revertedPaths(command);
  if (paths === undefined) return [];
  const since = before.slice(before.findLastIndex((one) => one.command !== null && isCommit(one)) + 1);
  const edits = (/\bgit (?:-C \S+ )?revert\b/.test(command) ? before : since).filter(
    ({ kind, status, paths: [path] }) => kind === 'edit' && status === 'ok' && isBelow(path, paths),
  );
  // Without an edit of this session it cannot be said what was taken back, but for a commit that is named.
  if (edits.length === 0 && !/\bgit (?:-C \S+ )?revert\b/.test(command)) return [];
  const approach = edits.length === 0 ? step.said : quoteSteps(edits);
  return [told(before, step, edits.slice(-6), approach)];
}

const isCommit = ({ command, status }: Step): boolean =>
  status === 'ok' && /\bgit (?:-C \S+ )?commit\b/.test(command ?? '');

const isBelow = (path: string | undefined, among: readonly string[] | null): boolean =>
  path !== undefined &&
  (among === null ||
    among.some((one) => path === one || path.startsWith(`${one}/`) || path.endsWith(`/${one}`)));

/** The edit that this one takes back, of this session or of another. */
function turnedAround(step: Step, own: ReadonlyMap<string, Step>, others: EarlierEdits): Step | null {
  const wanted = step.turned;
  if (wanted === null) return null;
  const isBefore = ({ at, session }: Step): boolean => at < step.at && session !== step.session;
  return own.get(wanted) ?? others(wanted).findLast(isBefore) ?? null;
}

function told(before: readonly Step[], step: Step, edits: readonly Step[], approach: string): Attempt {
  const why = reasonFor(before);
  return attempt('revert', step, [...edits, ...(why === null ? [] : [why]), step], {
    approach,
    outcome: 'abandoned',
    reason: why?.said ?? '',
  });
}

/** The prompt that asked for it, or what the agent said before it did so. */
function reasonFor(before: readonly Step[]): Step | null {
  const at = before.findLastIndex(({ kind }) => kind === 'prompt');
  const prompt = before[at];
  if (prompt !== undefined && saysWrong(prompt.said)) return prompt;
  return before.slice(at + 1).findLast(({ kind }) => kind === 'reply') ?? null;
}
