import type { Draft } from '../../schema/event.ts';
import type { CallContext } from '../../schema/operation.ts';
import { authorOf } from '../author.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

/**
 * Who reviews. A verdict is a person's only where nothing says otherwise: what is typed in an agent's shell, what comes by
 * MCP or a hook, and what a program sends that names nobody, is an agent's.
 */
export function reviewerOf(
  open: OpenWorkspace,
  context: CallContext,
  caller: string | undefined,
): Pick<Draft, 'agent' | 'session' | 'actor'> {
  const author = authorOf(open, context, caller);
  if (author.actor.kind !== 'human' || isPerson(context, caller)) return author;
  const owner = caller === undefined ? undefined : open.owners.get(caller)?.agent;
  return { ...author, actor: { kind: 'agent', name: owner ?? author.actor.name } };
}

/** The page acts for whoever had it opened; a shell may be that of an agent's session which was never captured. */
function isPerson({ door, actor }: CallContext, caller: string | undefined): boolean {
  if (door === 'cli') return caller === undefined;
  return actor.name !== nobody && (door === 'web' || (door === 'socket' && caller === undefined));
}

/** Whom the engine takes a caller for who does not say who he is. */
const nobody = 'unknown';
