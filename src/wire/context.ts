import type { IncomingMessage } from 'node:http';
import { Actor } from '../schema/event.ts';
import type { CallContext } from '../schema/operation.ts';

/** The door and the actor are what the client on this user's own socket says: the wall is the socket. None is the daemon. */
export function contextOf({ headers }: IncomingMessage): Partial<CallContext> {
  const door = String(headers['x-hivemind-door'] ?? 'socket');
  const context: Partial<CallContext> = {
    door: (['cli', 'mcp', 'hook'] as const).find((known) => known === door) ?? 'socket',
  };
  const text = headers['x-hivemind-actor'];
  if (typeof text !== 'string') return context;
  const actor = Actor.safeParse(parseHeader(text));
  return actor.success && actor.data.kind !== 'daemon' ? { ...context, actor: actor.data } : context;
}

function parseHeader(text: string): unknown {
  try {
    return JSON.parse(decodeURIComponent(text));
  } catch {
    return null;
  }
}
