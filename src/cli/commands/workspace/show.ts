import { operationCommand } from '../../command.ts';
import { renderWorkspace } from '../../render/workspace.ts';

export default operationCommand('workspace.show', { render: renderWorkspace });
