import type { Event } from '../../schema/event.ts';
import { callsOf } from './shell-calls.ts';

/** What a session did with Hivemind by itself. `item`: plan item, by the end of its id where that is known, else as it was called. */
export type Act = { at: number } & (
  | { kind: 'recalled' }
  | { kind: 'recorded' }
  | { kind: 'planned'; item: string; state: string | null }
  | { kind: 'offered' }
);

type What = Act extends infer A ? (A extends Act ? Omit<A, 'at'> : never) : never;
type Fields = Record<string, unknown>;

const asFields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const textAt = (fields: Fields, name: string): string | null => {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value : null;
};

/** What an event of the agent's own session says that it did: a call of our tools or commands, or what a call has written. */
export function actsIn(event: Pick<Event, 'type' | 'status' | 'at' | 'actor' | 'body'>): Act[] {
  if (event.actor.kind === 'daemon') return [];
  return whatIn(event).map((what) => ({ at: event.at, ...what }));
}

function whatIn({ type, status, body }: Pick<Event, 'type' | 'status' | 'body'>): What[] {
  switch (type) {
    case 'memory.decided':
    case 'memory.agreed':
    case 'memory.noted':
    case 'memory.attempted':
      return [{ kind: 'recorded' }];
    case 'handoff.offered':
      return [{ kind: 'offered' }];
    case 'plan.added':
    case 'plan.changed':
      return [
        {
          kind: 'planned',
          item: itemKey(textAt(body, 'key') ?? ''),
          state: textAt(asFields(body.set), 'state'),
        },
      ];
    case 'tool.called':
      return whatCalled(body, status === 'ok');
    default:
      return [];
  }
}

function whatCalled(body: Fields, isOk: boolean): What[] {
  const tool = textAt(body, 'tool') ?? '';
  const input = asFields(body.input);
  const output = textAt(body, 'output') ?? '';
  const ours = /^mcp__(.+?)__(.+)$/s.exec(tool);
  if (ours !== null) {
    if (!(ours[1] ?? '').split(/[_-]/).includes('hivemind')) return [];
    return settled(whatAsked(ours[2] ?? '', input), output, isOk);
  }
  const command = textAt(input, 'command');
  if (tool !== 'Bash' || command === null) return [];
  const all = callsOf('hivemind', command).flatMap(whatTyped);
  return settled(all, all.length === 1 ? output : '', isOk);
}

/** What was written only counts when the call went well; to have asked counts. The answer says which item it was. */
function settled(all: readonly What[], output: string, isOk: boolean): What[] {
  // In full for agents; for people its end, after two spaces at the end of a line.
  const id = /itm_[0-9a-f]{32}/.exec(output)?.[0] ?? / {2}([0-9a-f]{6})$/m.exec(output)?.[1];
  return all
    .filter(({ kind }) => isOk || kind === 'recalled')
    .map((what) => (what.kind === 'planned' ? { ...what, item: itemKey(id ?? what.item) } : what));
}

/** An event names an item by its id, whoever types by the end of it: six digits are the same for both. */
const itemKey = (item: string): string => (/^(?:itm_)?[0-9a-f]{6,32}$/.test(item) ? item.slice(-6) : item);

/** A call of an MCP tool of ours. */
function whatAsked(tool: string, input: Fields): What[] {
  const action = textAt(input, 'action');
  if (['recall', 'attempts', 'query'].includes(tool)) return [{ kind: 'recalled' }];
  if (tool === 'remember') return [{ kind: 'recorded' }];
  if (tool === 'handoff' && action === 'offer') return [{ kind: 'offered' }];
  if (tool !== 'plan') return [];
  const item = textAt(input, 'item') ?? textAt(input, 'title') ?? '';
  if (action === 'add' || action === 'set') return [{ kind: 'planned', item, state: textAt(input, 'state') }];
  return action === 'next' && input.take === true ? [{ kind: 'planned', item, state: 'doing' }] : [];
}

/** A call of our command. */
function whatTyped(args: readonly string[]): What[] {
  const [command, ...rest] = args;
  if (command === undefined || args.includes('--help')) return [];
  if (['recall', 'attempts', 'why'].includes(command)) return [{ kind: 'recalled' }];
  if (command === 'remember') return [{ kind: 'recorded' }];
  const [verb, ...words] = rest;
  if (command === 'handoff' && verb === 'offer') return [{ kind: 'offered' }];
  if (command !== 'plan') return [];
  const item = words.find((word) => !word.startsWith('-')) ?? '';
  if (verb === 'add' || verb === 'set') return [{ kind: 'planned', item, state: flagIn(words, 'state') }];
  return verb === 'next' && words.includes('--take') ? [{ kind: 'planned', item, state: 'doing' }] : [];
}

function flagIn(words: readonly string[], name: string): string | null {
  const at = words.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  const word = words[at];
  if (word === undefined) return null;
  return word.includes('=') ? word.slice(word.indexOf('=') + 1) : (words[at + 1] ?? null);
}
