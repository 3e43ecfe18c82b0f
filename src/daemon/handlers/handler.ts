import type { Actor } from '../../schema/event.ts';
import type { CallContext, OperationName, OutputOf, ParsedOf } from '../../schema/operation.ts';
import type { Capture } from '../capture.ts';
import type { EmbedderHost } from '../embedder-host.ts';
import type { Log } from '../log.ts';
import type { Notifier } from '../notify/notifier.ts';
import type { Pauses } from '../pauses.ts';
import type { Checkpoints } from '../transcripts/checkpoints.ts';
import type { Connected } from '../transcripts/connected.ts';
import type { Tail } from '../transcripts/tail.ts';
import type { Workspaces } from '../workspaces.ts';

/** What every handler may use. */
export interface Engine {
  workspaces: Workspaces;
  capture: Capture;
  connected: Connected;
  checkpoints: Checkpoints;
  tail: Tail;
  embedder: EmbedderHost;
  pauses: Pauses;
  notifier: Notifier;
  now: () => number;
  log: Log;
  /** Facts about the running daemon, given by whoever started it. */
  daemon: {
    version: string;
    home: string;
    socket: string;
    startedAt: number;
    idleExitMs: number;
    connections: () => number;
    spooled: () => Promise<number>;
    /** Takes in what is in the spool now; resolves with how many payloads. */
    drain: () => Promise<number>;
    /** What hooks could not keep because the spool was full. */
    spoolDropped: () => Promise<{ count: number; lastAt: number } | null>;
    /** Resolves when everything is stored; the process ends right after. */
    stop: () => Promise<void>;
  };
  /** How agents start Hivemind: the hook shim and the command. */
  entry: { hookPath: string; command: string; args: string[]; env: Record<string, string> };
  /** The page in the browser, served from the first `open` on. */
  web: {
    open(entrance: { path: string; workspace: string | null; actor: Actor }): Promise<OutputOf<'web.open'>>;
    status(): OutputOf<'web.status'>;
    stop(): Promise<OutputOf<'web.stop'>>;
  };
}

export type Handler<N extends OperationName> = (
  input: ParsedOf<N>,
  context: CallContext,
  engine: Engine,
) => Promise<OutputOf<N>>;
export type Handlers = { [N in OperationName]: Handler<N> };
