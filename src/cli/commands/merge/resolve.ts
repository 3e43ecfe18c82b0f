import { string } from '@oclif/core/flags';
import { operationCommand } from '../../command.ts';
import { mergeFailure } from '../../merge-failure.ts';
import { renderMerge } from '../../render/merge.ts';
import { readResolutions } from '../../resolutions.ts';

export default operationCommand('merge.resolve', {
  render: renderMerge,
  failure: mergeFailure,
  flags: {
    file: string({ description: 'JSON file with a resolution for each conflict id; - for standard input' }),
  },
  async answer({ call, input, flags, context }) {
    const resolutions = typeof flags.file === 'string' ? await readResolutions(flags.file) : {};
    return call('merge.resolve', { ...input, resolutions }, context);
  },
});
