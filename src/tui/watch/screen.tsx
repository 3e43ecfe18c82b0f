import { Box, useApp, useInput } from 'ink';
import { useEffect, useRef, useState } from 'react';
import type { Event } from '../../schema/event.ts';
import type { LiveNews } from '../../schema/live.ts';
import { useKeyStore } from '../key-store.ts';
import { singleKeys } from '../keys.ts';
import { Pane, Row } from '../screen.tsx';
import { watchAction } from './keys.ts';
import { feedLines, footLine, headLine, ruleLine, sessionLines, watchLayout } from './lines.ts';
import { type Action, openWatchState, reduceWatch, type Shown } from './state.ts';

/** Subscribes until the signal; says when the daemon is away and when it is back. */
export type Subscribe = (signal: AbortSignal, onState: (isLive: boolean) => void) => AsyncIterable<LiveNews>;

export interface WatcherProps {
  first: Shown;
  /** Who does what now. */
  load: () => Promise<Shown>;
  subscribe: Subscribe;
  /** Also what daemons tell each other. */
  isEverything: boolean;
  rows: number;
  columns: number;
  colour: boolean;
  onInterrupt?: () => void;
}

/** Events that come in a burst are drawn together. */
const burstMs = 50;
/** Who does what is asked again so soon after something happened, and so often when nothing did. */
const refreshMs = 1_000;
const quietRefreshMs = 5_000;

type Dispatch = (action: Action) => void;

/** Hands over what comes; returns a flag that says whether anything did since it was last taken back. */
function useFeed(subscribe: Subscribe, dispatch: Dispatch): { current: boolean } {
  const hasNews = useRef(false);
  useEffect(() => {
    const gone = new AbortController();
    let burst: Event[] = [];
    const draw = (): void => {
      dispatch({ type: 'came', events: burst });
      burst = [];
    };
    const onState = (isLive: boolean): void => dispatch({ type: 'live', isLive });
    const run = async (): Promise<void> => {
      for await (const news of subscribe(gone.signal, onState)) {
        if ('missed' in news) dispatch({ type: 'missed', count: news.missed.events });
        // What came between the first look and this moment is in the next look.
        if ('ready' in news || 'event' in news) hasNews.current = true;
        if (!('event' in news)) continue;
        if (burst.length === 0) setTimeout(draw, burstMs);
        burst.push(news.event);
      }
    };
    run().catch((error: unknown) => dispatch({ type: 'failed', message: messageOf(error) }));
    return () => gone.abort();
  }, [subscribe, dispatch]);
  return hasNews;
}

/** The time, by the second, and with it who does what. */
function useNow(
  load: () => Promise<Shown>,
  hasNews: { current: boolean },
  isPaused: boolean,
  dispatch: Dispatch,
): number {
  const [now, setNow] = useState(Date.now);
  const loading = useRef({ isRunning: false, at: 0 });
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
      const { current } = loading;
      const isDue = hasNews.current || performance.now() - current.at > quietRefreshMs;
      if (current.isRunning || isPaused || !isDue) return;
      hasNews.current = false;
      loading.current = { isRunning: true, at: performance.now() };
      load()
        .then(
          (shown) => dispatch({ type: 'shown', shown }),
          (error: unknown) => dispatch({ type: 'failed', message: messageOf(error) }),
        )
        .finally(() => {
          loading.current.isRunning = false;
        });
    }, refreshMs);
    return () => clearInterval(timer);
  }, [load, hasNews, isPaused, dispatch]);
  return now;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const keys = { reduce: reduceWatch, keysOf: singleKeys, actionFor: watchAction };

export const Watcher = (props: WatcherProps) => {
  const { first, load, subscribe, isEverything, rows, columns, colour, onInterrupt } = props;
  const { exit } = useApp();
  const { state, dispatch, press } = useKeyStore(() => openWatchState(first, isEverything), keys);
  const hasNews = useFeed(subscribe, dispatch);
  const now = useNow(load, hasNews, state.held !== null, dispatch);
  useInput((input, key) => {
    const interrupted = key.ctrl && input === 'c';
    if (interrupted) onInterrupt?.();
    if (interrupted || press(input, key, undefined)) exit();
  });
  const layout = watchLayout(rows, state.shown.sessions.length);
  return (
    <Box flexDirection="column" width={columns}>
      <Row line={headLine(state, columns)} colour={colour} />
      <Pane
        lines={sessionLines(state, layout.sessions, columns, now)}
        rows={layout.sessions}
        columns={columns}
        colour={colour}
      />
      <Row line={ruleLine(state, columns)} colour={colour} />
      <Pane
        lines={feedLines(state, layout.feed, columns)}
        rows={layout.feed}
        columns={columns}
        colour={colour}
      />
      <Row line={footLine(state, columns)} colour={colour} />
    </Box>
  );
};
