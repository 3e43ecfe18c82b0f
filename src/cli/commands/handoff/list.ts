import { operationCommand } from '../../command.ts';
import { renderHandoffs } from '../../render/handoff.ts';

export default operationCommand('handoff.list', { render: renderHandoffs });
