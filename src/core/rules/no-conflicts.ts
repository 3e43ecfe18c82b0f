import type { Rule } from '../gate.ts';
import { shellWord } from '../shell-word.ts';

export const noConflicts: Rule = {
  name: 'no-conflicts',
  summary: 'Every conflict is settled.',
  check: ({ unresolved, source }) =>
    unresolved.length === 0
      ? { passed: true, reason: 'no conflict is open' }
      : {
          passed: false,
          reason: unresolved.length === 1 ? '1 conflict is open' : `${unresolved.length} conflicts are open`,
          hint: `hivemind merge resolve ${shellWord(source)}`,
        },
};
