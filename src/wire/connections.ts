import type { Socket } from 'node:net';

export interface ConnectionLimits {
  /** Connections at once. */
  open: number;
  /** Most of them that may be held open for a stream or for MCP, so that there is always room to call. */
  held: number;
}

/** Far more than agents on one machine, far fewer than a process has files. */
const socketLimits: ConnectionLimits = { open: 2_000, held: 1_500 };

/** A request that has brought nothing for so long is given up. */
const stalledMs = 30_000;
const sweepMs = 5_000;

/**
 * What a connection is at: no request yet or none left; a request that is still to come in whole; one that is being
 * answered; held open for as long as its client likes.
 */
type State = 'waiting' | 'receiving' | 'answering' | 'held';

/** How many bytes a connection had brought when that was last looked at, and when the last of them came. */
interface Progress {
  bytes: number;
  at: number;
}

/**
 * Every connection by what it is at. Those that do nothing, or begin a request and do not go on with it, cannot keep
 * others out: at the limit the one that has waited longest makes room.
 */
export interface Connections {
  /** Returns false when there is no room: all others are being answered or held. */
  opened(socket: Socket): boolean;
  /** Returns false for a connection that was not let in. */
  becomes(socket: Socket, state: Exclude<State, 'held'>): boolean;
  /** Returns false when too many are held. */
  hold(socket: Socket): boolean;
  held(): number;
  /** Ends those that are held, and watches the others no longer. */
  close(): void;
}

export function trackConnections(limits = socketLimits): Connections {
  const states = new Map<Socket, State>();
  const held = new Set<Socket>();
  const waiting = new Set<Socket>();
  const receiving = new Map<Socket, Progress>();

  const leave = (socket: Socket): void => {
    waiting.delete(socket);
    receiving.delete(socket);
    held.delete(socket);
  };

  const enter = (socket: Socket, state: State): void => {
    leave(socket);
    states.set(socket, state);
    if (state === 'waiting') waiting.add(socket);
    if (state === 'held') held.add(socket);
    if (state === 'receiving') receiving.set(socket, { bytes: socket.bytesRead, at: performance.now() });
  };

  const forget = (socket: Socket): void => {
    leave(socket);
    states.delete(socket);
  };

  /** The connection without a request that has waited longest, else one whose request stands still. */
  const leastUseful = (): Socket | undefined => {
    for (const socket of waiting) return socket;
    for (const [socket, { bytes }] of receiving) if (socket.bytesRead === bytes) return socket;
    return undefined;
  };

  const makeRoom = (): boolean => {
    if (states.size < limits.open) return true;
    const socket = leastUseful();
    if (socket === undefined) return false;
    forget(socket);
    socket.destroy();
    return true;
  };

  const sweep = setInterval(() => {
    const now = performance.now();
    for (const [socket, { bytes, at }] of receiving) {
      if (socket.bytesRead !== bytes) receiving.set(socket, { bytes: socket.bytesRead, at: now });
      else if (now - at > stalledMs) socket.destroy();
    }
  }, sweepMs).unref();

  return {
    opened: (socket) => {
      if (!makeRoom()) return false;
      enter(socket, 'waiting');
      socket.once('close', () => forget(socket));
      return true;
    },
    becomes: (socket, state) => {
      const before = states.get(socket);
      if (before !== undefined && (before !== 'held' || state === 'waiting')) enter(socket, state);
      return before !== undefined;
    },
    hold: (socket) => {
      if (held.size >= limits.held) return false;
      enter(socket, 'held');
      return true;
    },
    held: () => held.size,
    close: () => {
      clearInterval(sweep);
      for (const socket of held) socket.destroy();
    },
  };
}
