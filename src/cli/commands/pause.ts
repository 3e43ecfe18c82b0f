import { operationCommand } from '../command.ts';
import { renderPaused } from '../render/capture.ts';

export default operationCommand('capture.pause', { render: renderPaused });
