import { operationCommand } from '../../command.ts';
import { renderDeclined } from '../../render/handoff.ts';

export default operationCommand('handoff.decline', { render: renderDeclined });
