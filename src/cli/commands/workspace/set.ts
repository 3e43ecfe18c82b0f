import { operationCommand } from '../../command.ts';
import { renderSettings } from '../../render/workspace.ts';

export default operationCommand('workspace.set', { render: renderSettings, isVerdict: true });
