import { string } from '@oclif/core/flags';
import { operationCommand } from '../../command.ts';
import { renderRemembered } from '../../render/memory.ts';

export default operationCommand('memory.decide', {
  render: renderRemembered,
  flags: {
    // A reason has commas: they part nothing.
    alternative: string({
      description: 'What was not chosen and why, as "choice: why not"; may be given several times',
      multiple: true,
      multipleNonGreedy: true,
    }),
  },
});
