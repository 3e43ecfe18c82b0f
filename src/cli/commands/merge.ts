import { integer, string } from '@oclif/core/flags';
import { operationCommand } from '../command.ts';
import { mergeFailure } from '../merge-failure.ts';
import { renderMerge } from '../render/merge.ts';

export default operationCommand('merge.run', {
  render: renderMerge,
  failure: mergeFailure,
  flags: {
    resolver: string({
      description:
        'Command of yours that settles conflicts: it reads them as JSON and writes {conflict id: {"take": "ours" | "theirs"} or {"value": …}}',
    }),
    'resolver-timeout': integer({
      description: 'Seconds that it may take',
      default: 60,
      min: 1,
      max: 3600,
    }),
  },
  async answer({ call, input, flags, context }) {
    if (typeof flags.resolver !== 'string') return call('merge.run', input, context);
    const { mergeWithResolver } = await import('../resolver.ts');
    return mergeWithResolver({
      call,
      input,
      context,
      command: flags.resolver,
      timeoutMs: Number(flags['resolver-timeout']) * 1000,
    });
  },
});
