import { operationCommand } from '../command.ts';
import { renderAttempts } from '../render/attempts.ts';

export default operationCommand('attempt.list', { render: renderAttempts });
