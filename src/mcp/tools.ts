import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { ZodObject } from 'zod';
import { AppError, toAppError } from '../schema/app-error.ts';
import type { Call, CallContext } from '../schema/operation.ts';
import { toolTable } from '../schema/tools/index.ts';
import type { Tool, ToolAction } from '../schema/tools/tool.ts';
import { type Asked, askedOf, picked, usageOf } from './asked.ts';
import { callOf, failureText, inToolWords } from './failure.ts';
import { progressOf } from './progress.ts';
import { structured } from './structure.ts';
import { textOf } from './text.ts';
import { listedTool, operationOf } from './tool-schema.ts';

/** Longest answer of a tool, in tokens: what agents get without asking for more is short. */
const answerTokens = 1_500;
/** Room around cards, which have a budget of their own. */
const cardsFrameTokens = 100;

/** What the connection says of its client, in the words of operations' inputs. */
export interface Stamps {
  workspace: string | undefined;
  cwd: string | undefined;
  branch: string | undefined;
  caller: string | undefined;
}

/** What a client says beside a call. */
export type Meta = Readonly<Record<string, unknown>>;

/** One connection, as the tools, resources and prompts need it. */
export interface Door {
  call: Call;
  /** Who calls and from where, for each call anew: a client may say its name late, or its session with the call. */
  stamps: (meta?: Meta) => Stamps;
  actor: (meta?: Meta) => CallContext['actor'];
}

interface Answer {
  content: { type: 'text'; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
  [other: string]: unknown;
}

/** Gives the tools of these names to the clients of `server`. */
export function serveTools(server: McpServer, names: readonly string[], door: Door): void {
  const listed = names.flatMap((name) => {
    const tool = toolTable[name];
    return tool === undefined ? [] : [listedTool(name, tool)];
  });
  server.server.setRequestHandler('tools/list', () => ({ tools: listed as never }));
  server.server.setRequestHandler('tools/call', async ({ params }, context) => {
    const { name, arguments: given = {} } = params;
    const tool = names.includes(name) ? toolTable[name] : undefined;
    if (tool === undefined)
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `there is no tool "${name.slice(0, 60)}": ${names.join(', ')}`,
      );
    return answer({ name, tool, given }, door, context);
  });
}

interface Wanted {
  name: string;
  tool: Tool;
  given: Readonly<Record<string, unknown>>;
}

async function answer(wanted: Wanted, door: Door, context: ServerContext): Promise<Answer> {
  try {
    const { text, structure } = await answerOf(wanted, door, context);
    return { content: [{ type: 'text', text }], structuredContent: structure };
  } catch (error) {
    // Unreachable is not empty: the agent is told that memory failed, not that there is none.
    return { content: [{ type: 'text', text: failureText(error) }], isError: true };
  }
}

/** What a tool answers, as text and as fields; throws an AppError that says what to do. */
export async function answerOf(
  wanted: Wanted,
  door: Door,
  context: ServerContext,
): Promise<{ text: string; structure: Record<string, unknown> }> {
  const { name, tool, given } = wanted;
  const asked = askedOf(name, tool, given);
  const output = await ask(asked, wanted, { door, context });
  const { operation, gives, pick } = asked.action;
  const tokens = tokensFor(tool, asked);
  const shown = structured(operation, output, { gives: pick === undefined ? gives : [pick.as], tokens });
  const structure = inTools(withNext(shown, { name, asked }));
  return { structure, text: textOf(operation, output, { structure, tokens }) };
}

/** Does what is asked; what does not fit the operation is told in the tool's words. */
async function ask(
  asked: Asked,
  { name, tool }: Wanted,
  { door, context }: { door: Door; context: ServerContext },
): Promise<object> {
  const { action, input } = asked;
  const meta: Meta | undefined = context.mcpReq._meta;
  try {
    const output = await door.call(
      action.operation,
      { ...input, ...stampsFor(action, door.stamps(meta)) } as never,
      {
        door: 'mcp',
        actor: door.actor(meta),
        signal: context.mcpReq.signal,
        ...progressOf(context),
      },
    );
    return picked(asked, output);
  } catch (error) {
    const known = toAppError(error);
    if (known.code !== 'INVALID_ARGUMENT') throw known;
    const actionName = Object.keys(tool.actions).find((one) => tool.actions[one] === action) ?? '';
    throw new AppError('INVALID_ARGUMENT', inToolFields(known.message, action), {
      hint: known.hint ?? usageOf(name, tool, { actionName, action }),
      ...(known.details === undefined ? {} : { details: known.details }),
    });
  }
}

/** Fields that a message names, as the tool calls them: the one that it begins with, and flags. */
function inToolFields(message: string, { fields }: ToolAction): string {
  const named = new Map(Object.entries(fields).map(([name, field]) => [field, name]));
  const [field = ''] = message.split(': ', 1);
  const renamed = named.has(field) ? `${named.get(field)}${message.slice(field.length)}` : message;
  return renamed.replace(/--([a-z][a-z-]*)/g, (flag, name: string) => named.get(name) ?? flag);
}

/** What the connection says of itself, as far as the operation asks for it. */
function stampsFor(action: ToolAction, stamps: Stamps): object {
  const { shape } = operationOf(action).input as ZodObject;
  return Object.fromEntries(Object.entries(stamps).filter(([name]) => Object.hasOwn(shape, name)));
}

/** Who asks for more in a budget of cards gets more. */
function tokensFor(tool: Tool, { input }: Asked): number {
  const usual = tool.answerTokens ?? answerTokens;
  const { budget } = input;
  return typeof budget === 'number' ? Math.max(usual, Math.min(budget, 20_000) + cardsFrameTokens) : usual;
}

/** A note that names a command names the tool instead. */
function inTools(structure: Record<string, unknown>): Record<string, unknown> {
  const { note } = structure;
  if (typeof note !== 'string') return structure;
  return { ...structure, note: note.replace(/hivemind [a-z].*$/s, (command) => inToolWords(command)) };
}

/** Of steps that were left out it is said how they are asked for. */
function withNext(
  { structure, left }: ReturnType<typeof structured>,
  { name, asked }: { name: string; asked: Asked },
): Record<string, unknown> {
  const { steps, total } = structure;
  if (!Array.isArray(steps) || typeof total !== 'number') return structure;
  const after = typeof asked.input.after === 'number' ? asked.input.after : 0;
  const shown = after + steps.length;
  if (shown >= total && !left.has('steps')) return structure;
  const cut = `steps ${after + 1} to ${shown} of ${total}; for more ${callOf(name, { id: asked.id, after: shown })}`;
  return { ...structure, cut };
}
