import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { LightLiveEvent } from '../../schema/live.ts';
import { follow, type Message } from './stream.ts';
import type { Where } from './where.tsx';

/** So long after something has happened it is told: what comes together is told once. */
const settleMs = 300;

type Hear = (events: readonly LightLiveEvent[]) => void;

/** One stream for all who listen to the same: a browser has few connections. */
interface Feed {
  hearers: Set<Hear>;
  gone: AbortController;
}

const feeds = new Map<string, Feed>();

/** Calls `onNews` with what has come into the workspace, a moment after it did; it is reconnected by itself. */
export function useLive({ workspace, branch }: Where, onNews: Hear): void {
  const latest = useRef(onNews);
  latest.current = onNews;
  useEffect(() => {
    const query = new URLSearchParams({
      workspace,
      form: 'light',
      ...(branch === undefined ? {} : { branch }),
    });
    return listen(query.toString(), (events) => latest.current(events));
  }, [workspace, branch]);
}

/** Returns what ends it. */
function listen(query: string, hear: Hear): () => void {
  const feed = feeds.get(query) ?? openFeed(query);
  feed.hearers.add(hear);
  return () => {
    feed.hearers.delete(hear);
    if (feed.hearers.size > 0) return;
    feed.gone.abort();
    feeds.delete(query);
  };
}

function openFeed(query: string): Feed {
  const feed: Feed = { hearers: new Set(), gone: new AbortController() };
  feeds.set(query, feed);
  let waiting: LightLiveEvent[] | null = null;
  const tell = (): void => {
    const told = waiting ?? [];
    waiting = null;
    for (const hear of feed.hearers) hear(told);
  };
  const take = ({ name, data }: Message): void => {
    // What was missed is not told again: whoever hears that something has come asks anew.
    if (name !== '' && name !== 'missed') return;
    if (waiting === null) window.setTimeout(tell, settleMs);
    waiting ??= [];
    if (name === '') waiting.push(JSON.parse(data) as LightLiveEvent);
  };
  void follow(new URLSearchParams(query), { onMessage: take, onState: setLive, signal: feed.gone.signal });
  return feed;
}

let isLive = true;
const watchers = new Set<() => void>();

function setLive(value: boolean): void {
  isLive = value;
  for (const watcher of watchers) watcher();
}

function watchLive(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Whether what is shown is kept up; false once the daemon does not answer. */
export const useIsLive = (): boolean => useSyncExternalStore(watchLive, () => isLive);
