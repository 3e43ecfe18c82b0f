import { homedir } from 'node:os';
import { agentNamed } from '../../agents/index.ts';
import { AppError } from '../../schema/app-error.ts';
import type { DraftInput } from '../../schema/event.ts';
import type { Handler } from './handler.ts';

/** The same words as a payload of the generic adapter, which says what they mean. */
export const recordEvent: Handler<'event.record'> = async (input, _context, engine) => {
  const live = await engine.workspaces.resolve(input);
  const { workspace: _workspace, branch, caller, cwd = homedir(), ...report } = input;
  const known = caller === undefined ? undefined : live.open.owners.get(caller);
  const owner = report.session === undefined ? known : undefined;
  if (report.session === undefined && owner === undefined)
    throw new AppError('INVALID_ARGUMENT', 'session: say which session it belongs to', {
      hint: 'name it: --session NAME, or HIVEMIND_SESSION=NAME',
    });
  if (input.kind === 'tool' && input.tool === undefined && input.command === undefined)
    throw new AppError('INVALID_ARGUMENT', 'tool: say which tool or which command it was', {
      hint: 'hivemind record tool --command "make test" --exit-code 0',
    });
  const payload = JSON.stringify({ ...report, session: report.session ?? caller, cwd });
  const { drafts } = agentNamed('generic').translate({ event: input.kind, payload, at: engine.now() });
  const owned = caller === undefined || owner === undefined ? drafts : drafts.map(inSession(caller, owner));
  const { appended, duplicates } = await engine.capture.drafts(live, cwd, owned, { branch });
  const { agent = 'generic', session = '' } = owned[0] ?? {};
  return { workspace: live.open.workspace.name, agent, session, appended, duplicates };
};

/** A command that an agent types in its shell belongs to that agent's session. */
const inSession =
  (session: string, { agent }: { agent: string }) =>
  ({ turn: _, ...draft }: DraftInput): DraftInput => ({
    ...draft,
    agent,
    session,
    rootSession: session,
    actor: draft.actor.kind === 'agent' ? { ...draft.actor, name: agent } : draft.actor,
  });
