import { resolve } from 'node:path';
import { operationCommand } from '../command.ts';
import { renderImport } from '../render/import.ts';

export default operationCommand('import.run', {
  render: renderImport,
  prepare: (input) => (input.path === undefined ? input : { ...input, path: resolve(input.path) }),
});
