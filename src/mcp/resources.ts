import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  ResourceTemplate,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { quote } from '../core/quote.ts';
import { toAppError } from '../schema/app-error.ts';
import { type ToolName, tools } from '../schema/tools/index.ts';
import { failureText } from './failure.ts';
import { answerOf, type Door } from './tools.ts';

/** Most resources of one kind that are listed, newest first; others are read by their address. */
const listed = 30;
/** Most completions of an id: what the protocol takes. */
const completions = 100;
const titleChars = 100;

const text = {
  mimeType: 'text/plain',
  annotations: { audience: ['assistant', 'user'] as ('assistant' | 'user')[] },
};

interface Entry {
  id: string;
  title: string;
  /** Epoch milliseconds of its last change. */
  at: number;
}

/** A kind of thing with an address each. */
interface Kind {
  name: string;
  description: string;
  /** What `show` calls it. */
  shown: (id: string) => string;
  list: (door: Door) => Promise<Entry[]>;
}

const context = (door: Door): { door: 'mcp'; actor: ReturnType<Door['actor']> } => ({
  door: 'mcp',
  actor: door.actor(),
});

const kinds: readonly Kind[] = [
  {
    name: 'session',
    description: 'A session of an agent, step by step',
    shown: (id) => id,
    list: async (door) => {
      const input = { ...door.stamps(), limit: listed };
      const { sessions } = await door.call('session.list', input, context(door));
      return sessions.map(({ id, agent, title, lastAt }) => ({
        id,
        title: `${agent}: ${title}`,
        at: lastAt,
      }));
    },
  },
  {
    name: 'plan',
    description: 'An item of the plan',
    shown: (id) => id,
    list: async (door) => {
      const { items } = await door.call('plan.show', door.stamps(), context(door));
      return items.map(({ id, state, title, updatedAt }) => ({
        id,
        title: `${state}: ${title}`,
        at: updatedAt,
      }));
    },
  },
  {
    name: 'handoff',
    description: 'Work given over: its state, the next step, what is known',
    shown: (id) => id,
    list: async (door) => {
      const input = { ...door.stamps(), limit: listed };
      const { handoffs } = await door.call('handoff.list', input, context(door));
      return handoffs.map(({ posting: { id, state, updatedAt }, content }) => ({
        id,
        title: `${state}: ${content?.task ?? 'its content is not seen from here'}`,
        at: updatedAt,
      }));
    },
  },
  {
    name: 'decision',
    description: 'What was decided about a subject, and why',
    shown: (id) => `decision:${id}`,
    list: async (door) => {
      const { decisions } = await door.call('memory.list', door.stamps(), context(door));
      return decisions.map(({ key, subject, choice, updatedAt }) => ({
        id: key,
        title: `${subject}: ${choice}`,
        at: updatedAt,
      }));
    },
  },
];

/** Gives clients the plan, the brief, and an address for each session, plan item and decision. */
export function serveResources(server: McpServer, door: Door): void {
  server.registerResource(
    'plan',
    'hivemind://plan',
    { title: 'Plan', description: 'The plan that all share', ...text },
    (uri, ctx) => reading(uri, () => toolText('plan', {}, door, ctx)),
  );
  server.registerResource(
    'brief',
    'hivemind://brief',
    { title: 'Brief', description: 'What an agent is told when it begins', ...text },
    (uri) => reading(uri, () => briefText(door)),
  );
  for (const kind of kinds) registerKind(server, kind, door);
}

function registerKind(server: McpServer, { name, description, shown, list }: Kind, door: Door): void {
  const newest = async (): Promise<Entry[]> =>
    (await entriesOf(list, door)).sort((one, other) => other.at - one.at);
  const template = new ResourceTemplate(`hivemind://${name}/{id}`, {
    list: async () => ({
      resources: (await newest()).slice(0, listed).map(({ id, title, at }) => ({
        uri: `hivemind://${name}/${encodeURIComponent(id)}`,
        name: quote(id, titleChars),
        title: quote(title, titleChars),
        annotations: { ...text.annotations, lastModified: new Date(at).toISOString() },
      })),
    }),
    complete: {
      id: async (value) =>
        (await newest())
          .map(({ id }) => id)
          .filter((id) => id.startsWith(value))
          .slice(0, completions),
    },
  });
  server.registerResource(
    name === 'plan' ? 'plan-item' : name,
    template,
    { description, ...text },
    (uri, { id }, ctx) => reading(uri, () => toolText('show', { id: shown(decoded(String(id))) }, door, ctx)),
  );
}

const decoded = (id: string): string => {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
};

/** Where there is no workspace there is nothing to list; anything else that fails is said. */
async function entriesOf(list: Kind['list'], door: Door): Promise<Entry[]> {
  try {
    return await list(door);
  } catch (error) {
    if (['NOT_FOUND', 'FAILED_PRECONDITION'].includes(toAppError(error).code)) return [];
    throw new ProtocolError(ProtocolErrorCode.InternalError, failureText(error));
  }
}

async function toolText(
  name: ToolName,
  given: Record<string, unknown>,
  door: Door,
  ctx: ServerContext,
): Promise<string> {
  return (await answerOf({ name, tool: tools[name], given }, door, ctx)).text;
}

export async function briefText(door: Door): Promise<string> {
  const input = { ...door.stamps(), session: door.stamps().caller };
  const { text: said } = await door.call('brief.show', input, context(door));
  return said === '' ? 'There is nothing to tell yet: nobody has worked in this workspace.' : said;
}

async function reading(
  uri: URL,
  read: () => Promise<string>,
): Promise<{ contents: { uri: string; mimeType: string; text: string }[] }> {
  try {
    return { contents: [{ uri: uri.href, mimeType: text.mimeType, text: await read() }] };
  } catch (error) {
    const { code } = toAppError(error);
    if (code === 'NOT_FOUND' || code === 'INVALID_ARGUMENT')
      throw new ResourceNotFoundError(uri.href, failureText(error));
    throw new ProtocolError(ProtocolErrorCode.InternalError, failureText(error));
  }
}
