import { operationCommand } from '../../command.ts';
import { renderPlanItem } from '../../render/plan.ts';

export default operationCommand('plan.add', { render: renderPlanItem });
