import { operationCommand } from '../../command.ts';
import { renderBranchList } from '../../render/branch.ts';

export default operationCommand('branch.list', { render: renderBranchList });
