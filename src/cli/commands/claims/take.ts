import { operationCommand } from '../../command.ts';
import { renderClaimTaken } from '../../render/claims.ts';

export default operationCommand('claim.take', { render: renderClaimTaken });
