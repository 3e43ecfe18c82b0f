import { operationCommand } from '../command.ts';
import { renderResumed } from '../render/capture.ts';

export default operationCommand('capture.resume', { render: renderResumed });
