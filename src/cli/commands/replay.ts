import { boolean, string } from '@oclif/core/flags';
import { AppError } from '../../schema/app-error.ts';
import { operationCommand } from '../command.ts';
import { wantsColour } from '../render/paint.ts';
import { renderReplay } from '../render/replay.ts';

export default operationCommand('replay.show', {
  render: (output, view, input) => renderReplay(output, input, view),
  flags: {
    text: boolean({ description: 'Print the steps as text, also in a terminal' }),
    choose: boolean({ description: 'Choose from a list of sessions and branches' }),
    with: string({ description: 'Session or branch to show beside it, step by step in time' }),
    html: string({
      description:
        'Write all steps as one page to share, redacted, that needs nothing else (`-`: to standard output)',
      helpValue: 'FILE',
      exclusive: ['json', 'text', 'limit'],
    }),
    force: boolean({ description: 'Write over the file that --html names', dependsOn: ['html'] }),
  },
  async present({ call, input, flags, context }) {
    if (typeof flags.html === 'string') {
      const { saveSheet } = await import('../replay-sheet.ts');
      await saveSheet({ call, context, input, file: flags.html, force: flags.force === true });
      return true;
    }
    if (flags.text || !process.stdout.isTTY || !process.stdin.isTTY) {
      if (flags.choose || flags.with !== undefined)
        throw new AppError('INVALID_ARGUMENT', '--choose and --with need a terminal', {
          hint: 'hivemind session list',
        });
      return false;
    }
    const { openReplay } = await import('../../tui/replay/open.tsx');
    const beside = typeof flags.with === 'string' ? flags.with : undefined;
    const colour = wantsColour(process.stdout, process.env);
    await openReplay({ call, context, input, colour, beside, isChoosing: flags.choose === true });
    return true;
  },
});
