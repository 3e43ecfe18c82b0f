import { operationCommand } from '../../command.ts';
import { renderBranchCreated } from '../../render/branch.ts';

export default operationCommand('branch.create', { render: renderBranchCreated });
