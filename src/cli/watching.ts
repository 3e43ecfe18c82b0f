import { isOfMachines } from '../core/live-line.ts';
import type { LiveNews, LiveQueryInput } from '../schema/live.ts';
import type { InputOf } from '../schema/operation.ts';
import { renderLiveLine } from './render/live.ts';
import { plural } from './render/size.ts';
import type { View } from './render/view.ts';

/** What a watcher subscribes to: the same as what it asks for, without what is only asked. */
export const queryOf = ({
  minutes: _minutes,
  limit: _limit,
  ...query
}: InputOf<'live.show'>): LiveQueryInput => query;

/** Beside the lines, so that whoever reads them is not disturbed. */
export const sayAway = (isLive: boolean): void => {
  process.stderr.write(isLive ? '' : 'hivemind watch: the daemon is away; waiting for it\n');
};

/** Prints one line for every event, as text or (`isJson`) as JSON, until the reader or the branch is gone. */
export async function printLive(
  news: AsyncIterable<LiveNews>,
  printLine: (line: string) => Promise<void>,
  { isJson, isEverything, view }: { isJson: boolean; isEverything: boolean; view: Pick<View, 'paint'> },
): Promise<void> {
  for await (const one of news) {
    if ('missed' in one) {
      const { events } = one.missed;
      await printLine(
        isJson
          ? JSON.stringify(one)
          : view.paint.yellow(`… ${plural(events, 'event')} passed over: too slow`),
      );
    }
    if (!('event' in one) || (isOfMachines(one.event.type) && !isEverything)) continue;
    await printLine(isJson ? JSON.stringify(one.event) : renderLiveLine(one.event, view));
  }
}
