import { operationCommand } from '../../command.ts';
import { renderMergeAborted } from '../../render/merge.ts';

export default operationCommand('merge.abort', { render: renderMergeAborted });
