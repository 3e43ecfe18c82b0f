import { operationCommand } from '../command.ts';
import { renderLog } from '../render/log.ts';

export default operationCommand('git.log', { render: renderLog });
