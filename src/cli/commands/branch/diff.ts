import { operationCommand } from '../../command.ts';
import { renderBranchDiff } from '../../render/branch.ts';

export default operationCommand('branch.diff', { render: renderBranchDiff });
