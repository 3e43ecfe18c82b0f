import { type Attempt, attempt, quoteSteps } from './attempt.ts';
import { isRefusal, reasonOf } from './rejection.ts';
import type { Step } from './step.ts';

/** How people say that what was just done is wrong. Only the beginning of a prompt is looked at: a long one is a new task. */
const WRONG: readonly RegExp[] = [
  /^(?:no|nope|wrong|stop|wait,? no)(?:[\s,.!:;-]|$)/i,
  /(?:^|[.!?;,\n]\s*|\b(?:please|now|just|you) )(?:undo|revert|roll back|take back|discard)\b(?! (?:command|button|feature|support|function|option|flag))/i,
  /\b(?:that|this|it)(?:'s| is| was) (?:wrong|not (?:right|correct|what|how|it)\b|incorrect|a mistake)/i,
  /\bnot (?:like (?:that|this)|what i (?:asked|wanted|meant|said))\b/i,
  /\b(?:you|that|this|it) (?:just )?broke\b/i,
  /\b(?:that|this|it) (?:still )?(?:doesn'?t|does not|didn'?t|did not) (?:work|help|fix)/i,
  /\bstill (?:fails?|failing|broken|not working|doesn'?t|does not)\b/i,
  /\byou should(?:n'?t| not)(?: have)?\b/i,
  /\bwhy did you\b/i,
  /\bi (?:didn'?t|did not) (?:ask|want|mean|say)\b/i,
];
const lookedAtChars = 240;

export const saysWrong = (prompt: string): boolean => {
  const beginning = prompt.slice(0, lookedAtChars);
  return WRONG.some((pattern) => pattern.test(beginning));
};

/** Later than this a prompt is about something else. */
const soonMs = 4 * 3_600_000;

/** A prompt right after edits that says they are wrong; and an edit that a person refused, with the one made in its place. */
export function corrections(steps: readonly Step[]): Attempt[] {
  return [
    ...steps.flatMap((step, at) => byPrompt(steps, step, at)),
    ...steps.flatMap((step, at) => byEdit(steps, step, at)),
  ];
}

function byPrompt(steps: readonly Step[], prompt: Step, at: number): Attempt[] {
  if (prompt.kind !== 'prompt' || !saysWrong(prompt.said)) return [];
  const before = steps.slice(0, at);
  const turn = before.slice(before.findLastIndex(({ kind }) => kind === 'prompt') + 1);
  const edits = turn.filter(({ kind, status }) => kind === 'edit' && status === 'ok');
  const last = edits.at(-1);
  if (last === undefined || prompt.at - last.at > soonMs) return [];
  const told = { approach: quoteSteps(edits), outcome: 'failed' as const, reason: prompt.said };
  return [attempt('correction', prompt, [...edits.slice(-6), prompt], told)];
}

/** How many steps later an edit may stand for the one that was refused. */
const nearSteps = 40;

function byEdit(steps: readonly Step[], refused: Step, at: number): Attempt[] {
  if (!isRefusal(refused) || refused.removed.length + refused.added.length === 0) return [];
  const instead = steps
    .slice(at + 1, at + 1 + nearSteps)
    .find((step) => step.kind === 'edit' && step.status === 'ok' && isSamePlace(refused, step));
  if (instead === undefined) return [];
  return [
    attempt('correction', refused, [refused, instead], {
      approach: refused.said,
      outcome: 'abandoned',
      reason: reasonOf(refused),
      instead: instead.said,
    }),
  ];
}

/** Of the same file, and about a line that the other is about as well. */
function isSamePlace(refused: Step, edit: Step): boolean {
  if (refused.paths[0] === undefined || refused.paths[0] !== edit.paths[0]) return false;
  const lines = new Set(refused.removed.length > 0 ? refused.removed : refused.added);
  return (refused.removed.length > 0 ? edit.removed : edit.added).some((line) => lines.has(line));
}
