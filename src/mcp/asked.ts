import { AppError } from '../schema/app-error.ts';
import type { Tool, ToolAction } from '../schema/tools/tool.ts';
import { callOf } from './failure.ts';
import { neededFields } from './tool-schema.ts';

/** What an agent asks a tool for, as the operation takes it. */
export interface Asked {
  action: ToolAction;
  input: Record<string, unknown>;
  /** The id that was given, where one chooses the action. */
  id: string;
}

const nameChars = 60;
const short = (value: unknown): string => String(value).slice(0, nameChars);

/** Clients that must give every field give null, or nothing, for what they do not mean. */
const isNothing = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  value === false ||
  (Array.isArray(value) && value.length === 0);

/** Finds the action that is meant and puts its fields in the operation's words; what is neither is an error that says so. */
export function askedOf(name: string, tool: Tool, given: Readonly<Record<string, unknown>>): Asked {
  const [actionName, action] = chosen(name, tool, given);
  const isById = action.when !== undefined;
  const input: Record<string, unknown> = { ...action.fixed };
  for (const [field, value] of Object.entries(given)) {
    if (value === null || (field === 'action' && !Object.hasOwn(action.fields, 'action'))) continue;
    const target = Object.hasOwn(action.fields, field) ? action.fields[field] : undefined;
    if (target !== undefined) input[target] = value;
    // What no action takes was made up: it changes nothing, as with any server.
    else if (!isById && !isNothing(value) && isKnown(tool, field))
      throw strange(name, tool, { actionName, field });
  }
  return { action, input, id: isById ? String(given.id) : '' };
}

const isKnown = (tool: Tool, field: string): boolean =>
  Object.values(tool.actions).some(({ fields }) => Object.hasOwn(fields, field));

function chosen(name: string, tool: Tool, given: Readonly<Record<string, unknown>>): [string, ToolAction] {
  const actions = Object.entries(tool.actions);
  const [first] = actions;
  if (actions.length === 1 && first !== undefined) return first;
  if (actions.some(([, { when }]) => when !== undefined)) {
    const { id } = given;
    if (typeof id !== 'string' || id === '')
      throw new AppError('INVALID_ARGUMENT', 'id: what is to be shown is not said', {
        hint: callOf(name, { id: 'evt_…' }),
      });
    const found = actions.find(([, { when }]) => when?.test(id) === true);
    if (found !== undefined) return found;
  }
  const wanted = isNothing(given.action) ? tool.usual : given.action;
  const action =
    typeof wanted === 'string' && Object.hasOwn(tool.actions, wanted) ? tool.actions[wanted] : undefined;
  if (typeof wanted === 'string' && action !== undefined) return [wanted, action];
  throw new AppError('INVALID_ARGUMENT', `action: ${name} has no "${short(wanted)}"`, {
    hint: `${name} takes action ${actions.map(([one]) => one).join(', ')}`,
  });
}

/** Says which field is not the action's, and which it has. */
function strange(
  name: string,
  tool: Tool,
  { actionName, field }: { actionName: string; field: string },
): AppError {
  const others = Object.entries(tool.actions).flatMap(([one, { fields }]) =>
    Object.hasOwn(fields, field) ? [one] : [],
  );
  const action = tool.actions[actionName];
  const whose = others.length === 0 ? '' : ` (it is for ${others.join(', ')})`;
  return new AppError('INVALID_ARGUMENT', `${short(field)}: ${name} ${actionName} does not take it${whose}`, {
    hint: action === undefined ? name : usageOf(name, tool, { actionName, action }),
  });
}

/** How a call of this action looks, and what else it takes. */
export function usageOf(
  name: string,
  tool: Tool,
  { actionName, action }: { actionName: string; action: ToolAction },
): string {
  const needed = neededFields(action);
  const input = Object.fromEntries(needed.map((field) => [field, '…']));
  const isSaid = Object.keys(tool.actions).length > 1 && action.when === undefined;
  const others = Object.keys(action.fields).filter((field) => !needed.includes(field));
  const call = callOf(name, isSaid ? { action: actionName, ...input } : input);
  return others.length === 0 ? call : `${call}; it also takes ${others.join(', ')}`;
}

/** The one row of an answer's list that was asked for, as the answer. */
export function picked(asked: Asked, output: object): object {
  const { pick } = asked.action;
  if (pick === undefined) return output;
  const wanted = asked.id.replace(/^(?:decision|convention):/, '');
  const rows = (output as Record<string, unknown>)[pick.from] as Readonly<Record<string, unknown>>[];
  const row = rows.find((one) => one[pick.by] === wanted);
  if (row !== undefined) return { [pick.as]: row };
  throw new AppError('NOT_FOUND', `no ${pick.as} "${short(wanted)}" is seen from here`, {
    hint: callOf('status', { action: 'memory' }),
  });
}
