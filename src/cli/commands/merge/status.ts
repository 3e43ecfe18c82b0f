import { operationCommand } from '../../command.ts';
import { renderMergeStatus } from '../../render/merge.ts';

export default operationCommand('merge.status', { render: renderMergeStatus });
