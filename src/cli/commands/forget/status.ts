import { operationCommand } from '../../command.ts';
import { renderForgettings } from '../../render/forget.ts';

export default operationCommand('event.forgettings', { render: renderForgettings });
