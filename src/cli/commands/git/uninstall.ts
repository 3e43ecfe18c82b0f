import { operationCommand } from '../../command.ts';
import { renderUninstalled } from '../../render/git.ts';

export default operationCommand('git.uninstall', { render: renderUninstalled });
