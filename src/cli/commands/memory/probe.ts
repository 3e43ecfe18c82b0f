import { operationCommand } from '../../command.ts';
import { renderProbe } from '../../render/remembered.ts';

export default operationCommand('memory.probe', { render: renderProbe });
