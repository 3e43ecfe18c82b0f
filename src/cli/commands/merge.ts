import { integer, string } from '@oclif/core/flags';
import type { Call, InputOf } from '../../schema/operation.ts';
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
    const command = typeof flags.resolver === 'string' ? flags.resolver : await usualResolver(call, input);
    if (command === '') return call('merge.run', input, context);
    const { mergeWithResolver } = await import('../resolver.ts');
    const timeoutMs = Number(flags['resolver-timeout']) * 1000;
    return mergeWithResolver({ call, input, context, command, timeoutMs });
  },
});

/** The resolver of this user's settings; none where a strategy is named. */
async function usualResolver(
  call: Call,
  { strategy, workspace, cwd }: InputOf<'merge.run'>,
): Promise<string> {
  if (strategy !== undefined) return '';
  return (await call('workspace.show', { workspace, cwd })).settings.resolver;
}
