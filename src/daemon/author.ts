import type { Draft } from '../schema/event.ts';
import { sessionId } from '../schema/ids.ts';
import type { CallContext } from '../schema/operation.ts';
import type { OpenWorkspace } from './open-workspace.ts';

/**
 * In whose name a call writes: the session that it comes from, else one that stands for the person or program at the
 * door. The door says who it is, never the input.
 */
export function authorOf(
  { owners }: OpenWorkspace,
  { door, actor }: CallContext,
  caller: string | undefined,
): Pick<Draft, 'agent' | 'session' | 'actor'> {
  const known = caller === undefined ? undefined : owners.get(caller);
  if (caller !== undefined && known !== undefined) {
    // The command line knows its session from the shell of an agent: nobody else types there.
    const isAgent = actor.kind !== 'human' || door === 'mcp' || door === 'cli';
    return {
      agent: known.agent,
      session: caller,
      actor: isAgent ? { kind: 'agent', name: known.agent } : actor,
    };
  }
  // A client that speaks MCP says its name: its sessions are those of an agent of that name.
  const agent = door === 'daemon' ? 'hivemind' : door === 'mcp' ? actor.name : door;
  return { agent, session: caller ?? sessionId(agent, `${actor.kind} ${actor.name}`), actor };
}
