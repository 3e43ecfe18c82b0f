import { operationCommand } from '../../command.ts';
import { renderSession } from '../../render/session.ts';

export default operationCommand('session.show', { render: renderSession });
