import { operationCommand } from '../../command.ts';
import { renderCommitShown } from '../../render/git-show.ts';

export default operationCommand('git.show', { render: renderCommitShown });
