import { operationCommand } from '../command.ts';
import { renderPlan } from '../render/plan.ts';

export default operationCommand('plan.show', { render: renderPlan });
