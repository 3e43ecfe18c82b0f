import { operationCommand } from '../../command.ts';
import { renderWarningStats } from '../../render/warning-stats.ts';

export default operationCommand('stats.warnings', { render: renderWarningStats });
