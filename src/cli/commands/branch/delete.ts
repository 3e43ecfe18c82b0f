import { operationCommand } from '../../command.ts';
import { renderBranchDeleted } from '../../render/branch.ts';

export default operationCommand('branch.delete', { render: renderBranchDeleted });
