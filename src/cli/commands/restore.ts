import { resolve } from 'node:path';
import { operationCommand } from '../command.ts';
import { renderRestored } from '../render/backup.ts';

export default operationCommand('backup.restore', {
  render: renderRestored,
  prepare: (input) => ({ ...input, file: resolve(input.file) }),
});
