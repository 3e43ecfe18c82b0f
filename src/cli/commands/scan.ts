import { operationCommand } from '../command.ts';
import { renderScan } from '../render/scan.ts';

export default operationCommand('scan.run', {
  render: renderScan,
  failure: ({ found }) => (found === 0 ? null : 'FAILED_PRECONDITION'),
});
