import { string } from '@oclif/core/flags';
import { shellWord } from '../../../core/shell-word.ts';
import { AppError } from '../../../schema/app-error.ts';
import { errorCodes } from '../../../schema/error-codes.ts';
import { operationCommand, type Presentation } from '../../command.ts';
import { mergeFailure } from '../../merge-failure.ts';
import { renderMerge, renderQuit } from '../../render/merge.ts';
import { wantsColour } from '../../render/paint.ts';
import { agoText } from '../../render/time.ts';
import { readResolutions } from '../../resolutions.ts';

const INTERRUPTED = 130;

export default operationCommand('merge.resolve', {
  render: renderMerge,
  failure: mergeFailure,
  flags: {
    file: string({ description: 'JSON file with a resolution for each conflict id; - for standard input' }),
  },
  async answer(presentation) {
    const { call, input, flags, context } = presentation;
    if (typeof flags.file !== 'string' && !flags.json) return resolveByHand(presentation);
    const resolutions = typeof flags.file === 'string' ? await readResolutions(flags.file) : {};
    return call('merge.resolve', { ...input, resolutions }, context);
  },
});

async function resolveByHand({ call, input, context, printLine }: Presentation<'merge.resolve'>) {
  if (!process.stdin.isTTY || !process.stdout.isTTY) throw noTerminal(input.name, input.into ?? 'main');
  const { resolveInTerminal } = await import('../../../tui/resolve/open.tsx');
  const ago = (at: number): string => agoText(at, Date.now());
  const colour = wantsColour(process.stdout, process.env);
  const done = await resolveInTerminal({ call, context, input, colour, ago });
  if ('merge' in done) return done.merge;
  process.exitCode = done.quit.isInterrupt ? INTERRUPTED : errorCodes.CONFLICT.exit;
  await printLine(renderQuit(done.quit));
  return null;
}

const noTerminal = (name: string, into: string): AppError =>
  new AppError('INVALID_ARGUMENT', 'there is no terminal to ask in: give the resolutions with --file', {
    hint: `hivemind merge ${shellWord(name)} --into ${shellWord(into)} --dry-run --json shows the conflicts and their ids`,
  });
