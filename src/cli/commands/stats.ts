import { operationCommand } from '../command.ts';
import { chartCells, renderActivity } from '../render/activity.ts';

const plainWidth = 120;

export default operationCommand('stats.activity', {
  render: renderActivity,
  // A picture is as wide as the terminal; JSON is the same everywhere.
  answer: ({ call, input, flags, context }) =>
    call(
      'stats.activity',
      flags.json ? input : { buckets: chartCells(process.stdout.columns || plainWidth), ...input },
      context,
    ),
});
