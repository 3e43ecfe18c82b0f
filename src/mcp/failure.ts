import { quote } from '../core/quote.ts';
import { toAppError } from '../schema/app-error.ts';
import type { Operation } from '../schema/operation.ts';
import { operations } from '../schema/operations/index.ts';
import { toolTable } from '../schema/tools/index.ts';
import type { Tool, ToolAction } from '../schema/tools/tool.ts';

const messageChars = 1_000;
const hintChars = 600;

/** Commands that a tool covers: `plan show` → the tool's name and action, longest first. */
const commands = Object.entries(toolTable)
  .flatMap(([tool, { actions, isDefault }]) =>
    Object.entries(actions).flatMap(([name, action]) => {
      const { doors } = operations[action.operation] as Operation;
      const isPlain = isDefault && action.pick === undefined && Object.keys(action.fixed).length === 0;
      return isPlain && doors.cli !== undefined ? [{ words: doors.cli, tool, name, action }] : [];
    }),
  )
  .sort(
    (one, other) =>
      other.words.length - one.words.length ||
      Number(one.action.when !== undefined) - Number(other.action.when !== undefined),
  );

/** A call of a tool as an agent would write it. */
export const callOf = (tool: string, input: Record<string, unknown>): string =>
  Object.keys(input).length === 0 ? `call ${tool}` : `call ${tool} with ${JSON.stringify(input)}`;

const wordPattern = /"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g;

/** Arguments of a command line as the tool's fields; null when one of them is none of the tool's. */
function inputOf(action: ToolAction, rest: string): Record<string, unknown> | null {
  const operation = operations[action.operation] as Operation;
  const named = new Map(Object.entries(action.fields).map(([name, field]) => [field, name]));
  const waiting = [...(operation.positional ?? [])];
  const input: Record<string, unknown> = {};
  let flag: string | null = null;
  for (const match of rest.matchAll(wordPattern)) {
    const word = match[1] ?? match[2] ?? match[3] ?? '';
    if (match[3] !== undefined && word.startsWith('--')) {
      flag = named.get(word.slice(2)) ?? null;
      if (flag === null) return null;
      input[flag] = true;
      continue;
    }
    const field: string | undefined = flag ?? named.get(waiting.shift() ?? '');
    if (field === undefined) return null;
    input[field] = word;
    flag = null;
  }
  return input;
}

/** A hint in words that an agent can act on: the call instead of the command, where a tool does the same. */
export function inToolWords(hint: string): string {
  const match = /^hivemind ([a-z].*)$/s.exec(hint.trim());
  if (match === null) return hint;
  const [, line = ''] = match;
  for (const { words, tool, name, action } of commands) {
    if (line !== words && !line.startsWith(`${words} `)) continue;
    const input = inputOf(action, line.slice(words.length));
    const isMeant = action.when === undefined || action.when.test(String(input?.id ?? ''));
    if (input === null || !isMeant) continue;
    const isUsual =
      (toolTable[tool] as Tool).usual === name || Object.keys(toolTable[tool]?.actions ?? {}).length === 1;
    return callOf(tool, isUsual || action.when !== undefined ? input : { action: name, ...input });
  }
  return `a person types: ${hint}`;
}

/** What went wrong, why, and what to do next; a failure is never told as an empty answer. */
export function failureText(error: unknown): string {
  const { code, message, hint, details } = toAppError(error);
  const issues = (details as { issues?: unknown } | undefined)?.issues;
  const more = Array.isArray(issues) && issues.length > 1 ? ` (and ${issues.length - 1} more fields)` : '';
  const next = hint === undefined ? '' : `\nNext: ${quote(inToolWords(hint), hintChars)}`;
  return `Hivemind could not answer: ${quote(message, messageChars)}${more} [${code}]${next}`;
}
