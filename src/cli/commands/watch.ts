import { boolean } from '@oclif/core/flags';
import { operationCommand } from '../command.ts';
import { renderLive } from '../render/live.ts';
import { paintFor, wantsColour } from '../render/paint.ts';
import { printLive, queryOf, sayAway } from '../watching.ts';

export default operationCommand('live.show', {
  render: renderLive,
  flags: {
    once: boolean({ description: 'Say who does what now, and end' }),
    plain: boolean({ description: 'Print a line for every event, also in a terminal' }),
  },
  async answer({ call, follow, input, flags, context, printLine }) {
    if (flags.once) return call('live.show', input, context);
    const { stdin, stdout, env } = process;
    const isJson = flags.json === true;
    if (!isJson && !flags.plain && stdin.isTTY && stdout.isTTY) {
      const { openWatch } = await import('../../tui/watch/open.tsx');
      await openWatch({
        call,
        follow,
        context,
        input,
        query: queryOf(input),
        colour: wantsColour(stdout, env),
      });
      return null;
    }
    const isEverything = input.kind !== undefined && input.kind.length > 0;
    await printLive(follow(queryOf(input), { onState: sayAway }), printLine, {
      isJson,
      isEverything,
      view: { paint: paintFor(stdout, env) },
    });
    return null;
  },
});
