import { operationCommand } from '../../command.ts';
import { renderHandoff } from '../../render/handoff.ts';

export default operationCommand('handoff.show', { render: renderHandoff });
