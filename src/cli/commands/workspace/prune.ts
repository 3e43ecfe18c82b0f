import { operationCommand } from '../../command.ts';
import { askToForget } from '../../confirm.ts';
import { pruneQuestion, renderPrune } from '../../render/forget.ts';

export default operationCommand('workspace.prune', {
  render: renderPrune,
  answer: async ({ call, input, context }) => {
    if (input['dry-run'] || input.yes) return call('workspace.prune', input, context);
    const found = await call('workspace.prune', { ...input, 'dry-run': true }, context);
    if (found.count > 0) await askToForget(pruneQuestion(found), 'hivemind workspace prune');
    return found.count === 0 ? found : call('workspace.prune', { ...input, yes: true }, context);
  },
});
