import { operationCommand } from '../../command.ts';
import { renderAccepted } from '../../render/handoff.ts';

export default operationCommand('handoff.accept', { render: renderAccepted });
