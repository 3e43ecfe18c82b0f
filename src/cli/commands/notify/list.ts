import { operationCommand } from '../../command.ts';
import { renderNotify } from '../../render/notify.ts';

export default operationCommand('notify.list', { render: renderNotify });
