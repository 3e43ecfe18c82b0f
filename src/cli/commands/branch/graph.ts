import { operationCommand } from '../../command.ts';
import { renderBranchGraph } from '../../render/branch-graph.ts';

export default operationCommand('branch.graph', { render: renderBranchGraph });
