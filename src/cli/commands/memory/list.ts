import { operationCommand } from '../../command.ts';
import { renderMemory } from '../../render/memory.ts';

export default operationCommand('memory.list', { render: renderMemory });
