import { completable, type McpServer, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { quote } from '../core/quote.ts';
import { failureText } from './failure.ts';
import { briefText } from './resources.ts';
import type { Door } from './tools.ts';

const message = (said: string) => ({
  messages: [{ role: 'user' as const, content: { type: 'text' as const, text: said } }],
});

/** Gives people the prompts `brief` and `handoff`. */
export function servePrompts(server: McpServer, door: Door): void {
  server.registerPrompt(
    'brief',
    { title: 'Brief', description: 'What is planned, decided and going on here' },
    async () => {
      try {
        return message(await briefText(door));
      } catch (error) {
        throw new ProtocolError(ProtocolErrorCode.InternalError, failureText(error));
      }
    },
  );
  const to = z.string().max(200).describe('agent:NAME, role:NAME or anybody (default)');
  server.registerPrompt(
    'handoff',
    {
      title: 'Handoff',
      description: 'Let the agent write down where it stands, for whoever goes on',
      argsSchema: z.object({
        task: z.string().max(2_000).optional().describe('What is given over (default: the present task)'),
        to: completable(to, (value) => agentsNamed(value, door)).optional(),
      }),
    },
    ({ task, to: whom }) => message(handoffText(task, whom)),
  );
}

/** Agents that have worked here. */
async function agentsNamed(beginning: string, door: Door): Promise<string[]> {
  const input = { ...door.stamps(), limit: 200 };
  try {
    const { sessions } = await door.call('session.list', input, { door: 'mcp', actor: door.actor() });
    const names = [...new Set(sessions.map(({ agent }) => `agent:${agent}`)), 'anybody'];
    return names.filter((name) => name.startsWith(beginning)).sort();
  } catch {
    // What completes an argument is a help and no answer: without a workspace there is none.
    return [];
  }
}

/** What a person asks the agent for; the person's own words are theirs. */
function handoffText(task: string | undefined, to: string | undefined): string {
  const what = task === undefined || task.trim() === '' ? 'the task that you are on' : quote(task, 2_000);
  const whom = to === undefined || to.trim() === '' ? 'anybody' : quote(to, 200);
  return `Hand over ${what} to ${whom}: call the Hivemind tool handoff with action offer. Fill in
- task: what is to be done, in one sentence;
- status: how far it is, and what is known to work;
- next: the first step that whoever goes on should do;
- question: what is open, a list;
- decision: what you decided, each with its reason;
- rejected: what you tried in vain or ruled out, each as APPROACH: REASON.
Leave out file, passed and failed, unless the record of your session does not show them: they are read from it. Write only what you know.`;
}
