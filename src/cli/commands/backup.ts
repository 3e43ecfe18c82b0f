import { resolve } from 'node:path';
import { operationCommand } from '../command.ts';
import { renderBackup } from '../render/backup.ts';

export default operationCommand('backup.create', {
  render: renderBackup,
  prepare: (input) => ({ ...input, file: resolve(input.file) }),
});
