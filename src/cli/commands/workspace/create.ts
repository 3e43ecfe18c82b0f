import { operationCommand } from '../../command.ts';
import { renderWorkspaceCreated } from '../../render/workspace.ts';

export default operationCommand('workspace.create', { render: renderWorkspaceCreated });
