import { operationCommand } from '../command.ts';
import { renderBrief } from '../render/brief.ts';

export default operationCommand('brief.show', { render: renderBrief });
