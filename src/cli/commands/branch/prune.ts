import { operationCommand } from '../../command.ts';
import { renderBranchesPruned } from '../../render/branch.ts';

export default operationCommand('branch.prune', { render: renderBranchesPruned });
