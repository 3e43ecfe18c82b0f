import { agents } from '../../agents/index.ts';
import { type Asker, isFor, parseAddressee } from '../../core/handoff.ts';
import { addresseeText } from '../../core/handoff-text.ts';
import { AppError } from '../../schema/app-error.ts';
import type { CallContext } from '../../schema/operation.ts';
import type { HandoffPosting } from '../../schema/records.ts';
import { askerOf } from '../handoffs.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

/** Who answers a handoff. */
export interface Answerer extends Asker {
  /** In whose name, as it is written down. */
  name: string;
  /** A person, who may speak for others. */
  isPerson: boolean;
}

/**
 * Who calls, and in whose name. A call out of an agent's session is that agent's, by whatever door; it may say which role it
 * has, and not that it is another agent. A person may speak for anybody, which the event records: its actor is the person.
 */
export function answererOf(
  open: OpenWorkspace,
  { actor }: CallContext,
  { caller, as }: { caller?: string | undefined; as?: string | undefined },
): Answerer {
  const said = as === undefined ? null : parseAddressee(as);
  const role = said?.kind === 'role' ? said.name : null;
  const known = caller === undefined ? undefined : open.owners.get(caller)?.agent;
  const isAgent = known !== undefined && !doors.has(known);
  const agent = isAgent ? known : actor.kind === 'agent' ? actor.name : null;
  if (agent === null) {
    const named = said?.kind === 'agent' ? said.name : null;
    const roles = role === null ? [] : [role];
    return { agent: named, roles, session: null, name: named ?? role ?? actor.name, isPerson: true };
  }
  const name = agentOf(agent);
  if (said?.kind === 'agent' && !isFor(said, { agent: name, roles: [] }))
    throw new AppError('PERMISSION_DENIED', `you are ${name}, and not ${addresseeText(said)}`, {
      hint: 'ask a person to take it in the name of the other, or leave --as away',
    });
  const session = caller ?? null;
  const { roles } = askerOf(open, { agent: name, role, session });
  return { agent: name, roles, session, name, isPerson: false };
}

/** What writes of nobody's session are said to be by: people come through them. */
const doors = new Set(['cli', 'socket', 'hook']);

/** The agent behind what a client calls itself: `codex-mcp-client` is codex. */
export function agentOf(name: string): string {
  if (Object.hasOwn(agents, name)) return name;
  return Object.keys(agents).find((known) => name.toLowerCase().startsWith(`${known}-`)) ?? name;
}

/** PERMISSION_DENIED when it is for somebody else. */
export function checkFor({ id, to }: HandoffPosting, answerer: Answerer, verb: 'accept' | 'decline'): void {
  if (isFor(to, answerer)) return;
  const whom = addresseeText(to);
  const role = to.kind === 'role' && !answerer.isPerson ? `if that is your role: ` : '';
  throw new AppError('PERMISSION_DENIED', `it is for ${whom}, and you are ${answerer.name}`, {
    hint:
      answerer.isPerson || to.kind === 'role'
        ? `${role}hivemind handoff ${verb} ${id} --as ${whom}`
        : 'leave it to them, or ask a person to hand it to you: hivemind handoff list',
  });
}
