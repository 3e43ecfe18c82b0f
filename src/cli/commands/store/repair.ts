import { operationCommand } from '../../command.ts';
import { renderRepaired } from '../../render/store.ts';

export default operationCommand('store.repair', {
  render: renderRepaired,
  failure: ({ ok }) => (ok ? null : 'DATA_LOSS'),
});
