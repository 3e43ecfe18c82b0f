import { operationCommand } from '../../command.ts';
import { askForName } from '../../confirm.ts';
import { renderWorkspaceDeleted } from '../../render/workspace.ts';

export default operationCommand('workspace.delete', {
  render: renderWorkspaceDeleted,
  prepare: async (input) => ({ ...input, confirm: input.confirm ?? (await askForName(input.workspace)) }),
});
