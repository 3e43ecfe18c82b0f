import { operationCommand } from '../../command.ts';
import { renderWeb } from '../../render/web.ts';

export default operationCommand('web.status', {
  start: false,
  absent: { url: null, pages: 0 },
  render: renderWeb,
});
