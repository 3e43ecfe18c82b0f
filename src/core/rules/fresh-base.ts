import type { Rule } from '../gate.ts';
import { shellWord } from '../shell-word.ts';

export const freshBase: Rule = {
  name: 'fresh-base',
  summary: 'The source has seen everything that is on the target.',
  check: ({ behind, source, target }) =>
    behind === 0
      ? { passed: true, reason: `${source} has seen all of ${target}` }
      : {
          passed: false,
          reason: `${source} has not seen ${behind === 1 ? '1 event' : `${behind} events`} of ${target}`,
          hint: `hivemind merge ${shellWord(target)} --into ${shellWord(source)}`,
        },
};
