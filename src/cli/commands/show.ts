import { operationCommand } from '../command.ts';
import { renderEvent } from '../render/event.ts';

export default operationCommand('event.show', { render: renderEvent });
