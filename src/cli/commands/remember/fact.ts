import { operationCommand } from '../../command.ts';
import { renderRemembered } from '../../render/memory.ts';

export default operationCommand('memory.note', { render: renderRemembered });
