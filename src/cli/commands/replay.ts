import { boolean } from '@oclif/core/flags';
import { operationCommand } from '../command.ts';
import { wantsColour } from '../render/paint.ts';
import { renderReplay } from '../render/replay.ts';

export default operationCommand('replay.show', {
  render: (output, view, input) => renderReplay(output, input.after ?? 0, view),
  flags: { text: boolean({ description: 'Print the steps as text, also in a terminal' }) },
  async present({ call, input, flags, context }) {
    if (flags.text || !process.stdout.isTTY || !process.stdin.isTTY) return false;
    const { openReplay } = await import('../../tui/replay.tsx');
    await openReplay({ call, context, input, colour: wantsColour(process.stdout, process.env) });
    return true;
  },
});
