import { operationCommand } from '../../command.ts';
import { renderCompliance } from '../../render/compliance.ts';

export default operationCommand('stats.compliance', { render: renderCompliance });
