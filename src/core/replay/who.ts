import type { Event } from '../../schema/event.ts';
import type { Session } from '../../schema/records.ts';
import { safeLine } from '../safe-text.ts';

/** Last digits of a session's id, which tell two of one agent apart. */
const tail = 4;

/** A session in as few letters as tell it from the others. */
export const sessionTag = (agent: string, id: string): string => `${safeLine(agent)}·${id.slice(-tail)}`;

/** Who a step is of, where that has to be said. */
export interface Who {
  /** How deep below the shown session; 0: it is one of several. */
  depth: number;
  name: string;
}

/** A subagent by its role, one of several by its agent and session; null for the session that is shown (`root`; null: a branch or a run is). */
export function whoOf(event: Event, root: string | null, sessions: ReadonlyMap<string, Session>): Who | null {
  if (event.session === root) return null;
  const session = sessions.get(event.session);
  if (root === null) {
    const tag = sessionTag(event.agent, event.session);
    return { depth: 0, name: session?.role == null ? tag : `${tag} ${safeLine(session.role)}` };
  }
  if (session === undefined) return null;
  return { depth: depthOf(sessions, session, root), name: safeLine(session.role ?? session.agent) };
}

function depthOf(sessions: ReadonlyMap<string, Session>, session: Session, root: string): number {
  let depth = 1;
  // A hostile parent chain may be a ring: a child is never deeper than there are sessions.
  for (
    let parent = sessions.get(session.parent ?? '');
    parent !== undefined && parent.id !== root && depth < sessions.size;
    depth++
  )
    parent = sessions.get(parent.parent ?? '');
  return depth;
}
