import { operationCommand } from '../../command.ts';
import { renderPlanDiff } from '../../render/plan-diff.ts';

export default operationCommand('plan.diff', { render: renderPlanDiff });
