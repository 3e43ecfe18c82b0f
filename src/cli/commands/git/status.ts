import { operationCommand } from '../../command.ts';
import { renderGitStatus } from '../../render/git.ts';

export default operationCommand('git.status', {
  render: renderGitStatus,
  failure: ({ installed }) => (installed ? null : 'FAILED_PRECONDITION'),
});
