import { operationCommand } from '../../command.ts';
import { renderNotifyTest } from '../../render/notify.ts';

export default operationCommand('notify.test', {
  render: renderNotifyTest,
  failure: ({ run }) => (run.trouble === null ? null : 'FAILED_PRECONDITION'),
});
