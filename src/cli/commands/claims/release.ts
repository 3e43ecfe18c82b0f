import { operationCommand } from '../../command.ts';
import { renderReleased } from '../../render/claims.ts';

export default operationCommand('claim.release', { render: renderReleased });
