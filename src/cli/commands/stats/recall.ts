import { operationCommand } from '../../command.ts';
import { renderRecallStats } from '../../render/recall-stats.ts';

export default operationCommand('stats.recall', { render: renderRecallStats });
