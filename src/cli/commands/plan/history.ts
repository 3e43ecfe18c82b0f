import { operationCommand } from '../../command.ts';
import { renderPlanHistory } from '../../render/plan-history.ts';

export default operationCommand('plan.history', { render: renderPlanHistory });
