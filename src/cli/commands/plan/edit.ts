import { string } from '@oclif/core/flags';
import { operationCommand } from '../../command.ts';
import { paintFor } from '../../render/paint.ts';
import { renderPlanEdit } from '../../render/plan-edit.ts';

export default operationCommand('plan.edit', {
  render: (output, view, input, flags) =>
    renderPlanEdit(
      output,
      view,
      input.text !== undefined || typeof flags.file === 'string' || output.events.length > 0,
    ),
  flags: {
    file: string({ description: 'Take the text from this file (-: standard input) and open no editor' }),
  },
  async answer({ call, input, flags, context }) {
    const { editPlanByHand, readPlanText } = await import('../../planning/edit.ts');
    if (typeof flags.file === 'string')
      return call('plan.edit', { ...input, text: await readPlanText(flags.file) }, context);
    if (input.text !== undefined || flags.json) return call('plan.edit', input, context);
    const { stderr, env } = process;
    const view = { paint: paintFor(stderr, env), now: Date.now(), width: stderr.columns || 80 };
    return editPlanByHand({ call, input, context, view, env });
  },
});
