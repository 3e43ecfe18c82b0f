import { operationCommand } from '../../command.ts';
import { renderClaims } from '../../render/claims.ts';

export default operationCommand('claim.list', { render: renderClaims });
