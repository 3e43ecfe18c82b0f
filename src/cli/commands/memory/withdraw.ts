import { operationCommand } from '../../command.ts';
import { renderWithdrawn } from '../../render/remembered.ts';

export default operationCommand('memory.withdraw', { render: renderWithdrawn });
