import { operationCommand } from '../../command.ts';
import { renderBranch } from '../../render/branch.ts';

export default operationCommand('branch.show', { render: renderBranch });
