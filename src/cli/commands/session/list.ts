import { operationCommand } from '../../command.ts';
import { renderSessionList } from '../../render/session.ts';

export default operationCommand('session.list', { render: renderSessionList });
