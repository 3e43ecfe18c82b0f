import { operationCommand } from '../../command.ts';
import { renderBranchSwitched } from '../../render/branch.ts';

export default operationCommand('branch.switch', { render: renderBranchSwitched });
