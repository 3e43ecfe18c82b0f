import { resolve } from 'node:path';
import { operationCommand } from '../../command.ts';
import { renderEmbedderSet } from '../../render/embedder.ts';

export default operationCommand('embedder.set', {
  render: renderEmbedderSet,
  prepare: (input) => ({
    ...input,
    // The daemon has another working directory.
    ...(input.path === undefined ? {} : { path: resolve(input.path) }),
    ...(input['key-file'] === undefined ? {} : { 'key-file': resolve(input['key-file']) }),
  }),
});
