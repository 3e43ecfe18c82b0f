import { operationCommand } from '../../command.ts';
import { renderMemoryRow } from '../../render/remembered.ts';

export default operationCommand('memory.show', { render: renderMemoryRow });
