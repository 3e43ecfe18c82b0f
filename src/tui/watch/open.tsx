import { render, useWindowSize } from 'ink';
import type { LiveQueryInput } from '../../schema/live.ts';
import type { Call, CallContext, InputOf } from '../../schema/operation.ts';
import type { Connection } from '../../wire/connect.ts';
import { type Subscribe, Watcher, type WatcherProps } from './screen.tsx';

export interface WatchRequest {
  call: Call;
  follow: Connection['follow'];
  context: Partial<CallContext>;
  input: InputOf<'live.show'>;
  query: LiveQueryInput;
  /** Whether the terminal wants colour. */
  colour: boolean;
}

/** Events that the feed begins with. */
const feedEvents = 100;

const Screen = (props: Omit<WatcherProps, 'rows' | 'columns'>) => {
  const { rows, columns } = useWindowSize();
  return <Watcher {...props} rows={rows} columns={columns} />;
};

/** Follows the work in this terminal until it is quit. Throws, before anything is drawn, what the first call throws. */
export async function openWatch({
  call,
  follow,
  context,
  input,
  query,
  colour,
}: WatchRequest): Promise<void> {
  const load = () => call('live.show', { ...input, limit: feedEvents }, context);
  const first = await load();
  const subscribe: Subscribe = (signal, onState) => follow(query, { signal, onState });
  const isEverything = input.kind !== undefined && input.kind.length > 0;
  const interrupt = (): void => {
    process.exitCode = 130;
  };
  const screen = render(
    <Screen {...{ first, load, subscribe, isEverything, colour }} onInterrupt={interrupt} />,
    {
      // Drawn whole each time: line by line, a screen that got narrower would keep what was wrapped.
      alternateScreen: true,
      exitOnCtrlC: false,
      maxFps: 30,
    },
  );
  await screen.waitUntilExit();
}
