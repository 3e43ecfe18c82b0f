import { operationCommand } from '../../command.ts';
import { renderInstalled } from '../../render/git.ts';

export default operationCommand('git.install', { render: renderInstalled });
