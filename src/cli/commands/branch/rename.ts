import { operationCommand } from '../../command.ts';
import { renderBranchRenamed } from '../../render/branch.ts';

export default operationCommand('branch.rename', { render: renderBranchRenamed });
