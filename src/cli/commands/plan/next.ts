import { operationCommand } from '../../command.ts';
import { renderNext } from '../../render/plan-next.ts';

export default operationCommand('plan.next', { render: renderNext });
