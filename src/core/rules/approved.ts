import type { Rule } from '../gate.ts';
import { shellWord } from '../shell-word.ts';

export const approved: Rule = {
  name: 'approved',
  summary: 'A person has approved the source as it is now, and nobody asks for changes.',
  check({ source, target, isMain, reviewed }) {
    const where = `${shellWord(source)}${isMain ? '' : ` --into ${shellWord(target)}`}`;
    const { state, approvedBy, askedBy, approvedBefore, approvedByAgents } = reviewed;
    if (state === 'approved') return { passed: true, reason: `approved by ${listed(approvedBy)}` };
    if (state === 'changes-requested')
      return {
        passed: false,
        reason: `${listed(askedBy)} asked for changes`,
        hint: `hivemind review show ${where}`,
      };
    const so =
      approvedBefore.length > 0
        ? `: it has changed since ${listed(approvedBefore)} approved it`
        : approvedByAgents.length > 0
          ? `: what ${listed(approvedByAgents)} approved is an agent's word`
          : '';
    return {
      passed: false,
      reason: `nobody has approved ${source} as it is now${so}`,
      hint: `hivemind review approve ${where}`,
    };
  },
};

const mostNames = 3;

function listed(names: readonly string[]): string {
  const some = names.slice(0, mostNames).join(', ');
  return names.length <= mostNames ? some : `${some} and ${names.length - mostNames} more`;
}
