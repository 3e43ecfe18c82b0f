import { operationCommand } from '../command.ts';
import { renderWhy } from '../render/why.ts';

export default operationCommand('git.why', { render: renderWhy });
