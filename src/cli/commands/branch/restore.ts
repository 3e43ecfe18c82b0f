import { operationCommand } from '../../command.ts';
import { renderBranchRestored } from '../../render/branch.ts';

export default operationCommand('branch.restore', { render: renderBranchRestored });
