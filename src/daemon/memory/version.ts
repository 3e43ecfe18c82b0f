import type { Scope } from '../../core/scope.ts';
import { shellWord } from '../../core/shell-word.ts';
import { AppError } from '../../schema/app-error.ts';
import type { MemoryKind } from '../../schema/operations/memory.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { memoryNamed, recordNamed } from './named.ts';
import type { Row } from './rows.ts';

/** What of a row tells its version from another. */
type Version = Pick<Row, 'kind' | 'key' | 'event' | 'title' | 'text' | 'state' | 'replacedBy' | 'contested'>;

/**
 * What somebody names, as it is now; where he names the version that he has seen (by `event`, or by an event in place of
 * its name), it is that one. Throws FAILED_PRECONDITION when another has come since.
 */
export async function versionNamed(
  open: OpenWorkspace,
  scope: Scope,
  { name, kind, event }: { name: string; kind?: MemoryKind | undefined; event?: string | undefined },
): Promise<Row> {
  const row = await memoryNamed(open, scope, { name, kind });
  const meant = event ?? (recordNamed(open, scope, name, kind) === null ? name : row.event);
  if (!row.event.endsWith(meant.replace(/^evt_/, ''))) throw changedSince(row);
  return row;
}

/** Throws FAILED_PRECONDITION when what is remembered is not as it was read any more, or, of a fact or an attempt, does not stand. Nothing waits in here. */
export function checkVersion(open: OpenWorkspace, scope: Scope, row: Version): void {
  const { kind, key, event } = row;
  if (key === null) {
    const by = open.replaced.seenFrom(scope, event);
    if (by !== null) throw fallenSince({ ...row, state: by.by === null ? 'withdrawn' : 'replaced' });
    return;
  }
  const now = recordNamed(open, scope, key, kind)?.one;
  if (now === undefined) throw changedSince(row);
  if (JSON.stringify(placesOf(now)) === JSON.stringify(placesOf(row))) return;
  throw changedSince({ ...row, event: now.event, text: 'choice' in now ? now.choice : now.rule });
}

/** Events of the value that is shown, and of those that contest it. */
const placesOf = ({ event, contested }: Pick<Row, 'event' | 'contested'>): string[] => [
  event,
  ...contested.map((other) => `${other.field} ${other.event}`),
];

const labelOf = ({ kind, title }: Pick<Row, 'kind' | 'title'>): string =>
  title === '' ? `that ${kind}` : `the ${kind} "${title.slice(0, 100)}"`;

const hintOf = ({ key, title, event }: Pick<Row, 'key' | 'title' | 'event'>): string =>
  `hivemind memory show ${shellWord(key === null ? event : title)}`;

const changedSince = (row: Version): AppError =>
  new AppError(
    'FAILED_PRECONDITION',
    `${labelOf(row)} has changed since: it says "${row.text.slice(0, 200)}" now (${row.event.slice(-8)}); nothing was written`,
    { hint: hintOf(row) },
  );

export const fallenSince = (row: Version): AppError =>
  new AppError('FAILED_PRECONDITION', `${labelOf(row)} was ${row.state} before; nothing was written`, {
    hint: hintOf(row),
  });

/** Facts and attempts that are being replaced: what takes their place is known by its event, and so written in two steps. */
const held = new WeakMap<OpenWorkspace, Set<string>>();

/** Holds a fact or an attempt until `end` is called. Throws FAILED_PRECONDITION when somebody else replaces it just now. */
export function holdNote(open: OpenWorkspace, row: Version): { end: () => void } {
  const notes = held.get(open) ?? new Set<string>();
  held.set(open, notes);
  if (notes.has(row.event)) throw fallenSince({ ...row, state: 'replaced' });
  notes.add(row.event);
  return { end: () => notes.delete(row.event) };
}
