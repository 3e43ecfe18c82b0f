import { operationCommand } from '../../command.ts';
import { renderVerified } from '../../render/store.ts';

export default operationCommand('store.verify', {
  render: renderVerified,
  failure: ({ ok }) => (ok ? null : 'DATA_LOSS'),
});
