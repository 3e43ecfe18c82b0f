import { operationCommand } from '../../command.ts';
import { renderHistory } from '../../render/remembered.ts';

export default operationCommand('memory.history', { render: renderHistory });
