import { operationCommand } from '../../command.ts';
import { renderCaptureStats } from '../../render/capture-stats.ts';

export default operationCommand('stats.capture', { render: renderCaptureStats });
