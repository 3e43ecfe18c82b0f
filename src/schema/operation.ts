import type { z } from 'zod';
import type { Actor } from './event.ts';

/** Doors through which an operation can be reached; the socket is always open, and `schema/tools` says which tools cover it. */
export interface Doors {
  /** Words of the CLI command, such as "workspace create". */
  cli?: string;
}

/** Input fields that the door fills in by itself and that are therefore no flags. */
export const stampedFields = ['cwd', 'environment', 'delivery', 'caller', 'signature', 'nonce'] as const;
export type Stamped = (typeof stampedFields)[number];

export interface Operation<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  name: string;
  summary: string;
  /** A paragraph for the reference and the command's help. */
  description?: string;
  writes: boolean;
  /** Reports progress while it runs. */
  streams?: boolean;
  doors: Doors;
  /** Input fields given by position on the command line, in order. */
  positional?: readonly string[];
  stamped?: readonly Stamped[];
  /** For callers that cannot write JSON (sh): the raw HTTP body is this input field, the plain-text reply is this output field. */
  raw?: { body: string; reply: string };
  examples?: readonly string[];
  input: I;
  output: O;
}

export const operation = <const N extends string, I extends z.ZodType, O extends z.ZodType>(
  definition: Operation<I, O> & { name: N },
): Operation<I, O> & { name: N } => definition;

export interface Progress {
  message: string;
  done: number;
  total: number;
}

/** What the door says about a call: stamped by the door, never read from the input. */
export interface CallContext {
  door: 'cli' | 'mcp' | 'hook' | 'socket' | 'web' | 'daemon';
  actor: Actor;
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

/** The one waist: the engine implements it, the socket client implements it, every door only receives it. */
export type Call = <N extends OperationName>(
  name: N,
  input: InputOf<N>,
  context?: Partial<CallContext>,
) => Promise<OutputOf<N>>;

type Table = typeof import('./operations/index.ts').operations;
export type OperationName = keyof Table;
export type InputOf<N extends OperationName> = z.input<Table[N]['input']>;
export type ParsedOf<N extends OperationName> = z.output<Table[N]['input']>;
export type OutputOf<N extends OperationName> = z.output<Table[N]['output']>;
