import { kindOfType } from '../core/records/kinds.ts';
import { Scope } from '../core/scope.ts';
import type { Event } from '../schema/event.ts';
import type { Cut } from '../schema/view.ts';
import { boardOf, mainLine } from './lines.ts';
import type { OpenWorkspace } from './open-workspace.ts';

/** Types on the board whose bodies may say a branch: the one that the holder is on, that is made, that takes in. */
const sayBranch = /^(branch|claim|handoff|merge)\./;

/**
 * The branch on which an event happened. One that stands on the board for everybody to see (a claim, say) happened where it
 * says, else where its session was last, else where what it is about is. `cut`: what its writer had seen. Null: on none.
 */
export async function happenedOn(open: OpenWorkspace, event: Event, cut: Cut): Promise<string | null> {
  if (event.branch !== boardOf(open)) return event.branch;
  return saidBranch(open, event) ?? (await branchOfSession(open, event)) ?? branchOfRecord(open, event, cut);
}

function saidBranch(open: OpenWorkspace, { type, body }: Event): string | null {
  if (!sayBranch.test(type)) return null;
  const set = typeof body.set === 'object' && body.set !== null ? body.set : {};
  const said = [body.branch, body.into, 'branch' in set ? set.branch : undefined];
  return said.find((one) => isBranch(open, one)) ?? null;
}

/** What a body says comes from outside. */
const isBranch = (open: OpenWorkspace, id: unknown): id is string =>
  typeof id === 'string' && id !== boardOf(open) && (open.branches.has(id) || id === mainLine(open).id);

/** Where its session recorded the last event before it that is not on the board. */
async function branchOfSession(open: OpenWorkspace, { session, writer, seq }: Event): Promise<string | null> {
  const parts = [...open.sessions.values()].filter(
    (part) =>
      part.id === session && part.branch !== boardOf(open) && part.writer === writer && part.first < seq,
  );
  if (parts.length < 2) return parts[0]?.branch ?? null;
  const spans = parts.map(({ branch }) => ({ branch, writer, upTo: seq }));
  const filter = { spans, sessions: [session] };
  const last = (await open.store.positions(filter)).at(-1);
  const [before] = last === undefined ? [] : await open.store.at(filter, [last]);
  return before?.branch ?? null;
}

/** Where the holder of a claim, or whoever offered a handoff, was by then. */
function branchOfRecord(open: OpenWorkspace, { type, body }: Event, cut: Cut): string | null {
  const kind = kindOfType.get(type);
  if (kind === undefined || typeof body.key !== 'string') return null;
  const board = new Scope();
  board.add(boardOf(open), cut);
  const branch = open.registers.get(kind, body.key, board)?.fields.branch?.shown.value;
  return isBranch(open, branch) ? branch : null;
}
