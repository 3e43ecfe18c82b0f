import { operationCommand } from '../../command.ts';
import { renderWorkspaceList } from '../../render/workspace.ts';

export default operationCommand('workspace.list', { render: renderWorkspaceList });
