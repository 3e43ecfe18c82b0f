import { operationCommand } from '../command.ts';
import { askToForget } from '../confirm.ts';
import { forgetQuestion, renderForget } from '../render/forget.ts';

export default operationCommand('event.forget', {
  render: renderForget,
  answer: async ({ call, input, context }) => {
    if (input['dry-run'] || input.yes) return call('event.forget', input, context);
    const found = await call('event.forget', { ...input, 'dry-run': true }, context);
    if (found.count > 0) await askToForget(forgetQuestion(found), 'hivemind forget');
    return found.count === 0 ? found : call('event.forget', { ...input, yes: true }, context);
  },
});
