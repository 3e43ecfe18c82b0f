import { branch, merge } from './branches.ts';
import { recall, remember, show } from './knowledge.ts';
import { attempts, query, sessions } from './more.ts';
import type { Tool } from './tool.ts';
import { handoff, plan, status } from './work.ts';

/**
 * The tools that an agent's client is given, with the operations that each covers. Fields are those of the operations,
 * without what the door stamps. All of the usual ones together have to stay under 2,000 tokens; a test counts.
 */
export const tools = {
  recall,
  show,
  remember,
  plan,
  handoff,
  branch,
  merge,
  status,
  sessions,
  attempts,
  query,
} as const satisfies Readonly<Record<string, Tool>>;

export type ToolName = keyof typeof tools;

/** The table, where the names do not matter. */
export const toolTable: Readonly<Record<string, Tool>> = tools;

/**
 * Names of the tools of a list such as `recall,show`, `all` or nothing (those that are usual), in the table's order; the
 * first name that is none as `unknown`.
 */
export function toolsNamed(list: string | undefined): { names: string[]; unknown: string | null } {
  const all = Object.keys(toolTable);
  const wanted = (list ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unknown = wanted.find((name) => name !== 'all' && !Object.hasOwn(toolTable, name)) ?? null;
  if (wanted.includes('all')) return { names: all, unknown };
  if (wanted.length > 0) return { names: all.filter((name) => wanted.includes(name)), unknown };
  return { names: all.filter((name) => toolTable[name]?.isDefault === true), unknown };
}

/** Where an operation is found: `plan` `add`. */
export const toolActionsOf = (operation: string): { tool: string; action: string }[] =>
  Object.entries(toolTable).flatMap(([tool, { actions }]) =>
    Object.entries(actions).flatMap(([action, { operation: name }]) =>
      name === operation ? [{ tool, action }] : [],
    ),
  );
