import { subjectKey } from '../../core/records/kinds.ts';
import { conventionsIn, decisionsIn } from '../../core/records/rows.ts';
import type { Scope } from '../../core/scope.ts';
import { AppError } from '../../schema/app-error.ts';
import type { MemoryKind } from '../../schema/operations/memory.ts';
import type { Convention, Decision } from '../../schema/records.ts';
import { eventNamed } from '../as-of.ts';
import { spansOf } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { keyNamed } from './history.ts';
import { conventionRow, decisionRow, eventRow, type Row } from './rows.ts';

const isEventId = (name: string): boolean => /^(evt_)?[0-9a-f]{6,32}$/.test(name);

/** What somebody names: a decision or a convention by its subject or name, anything by its event. NOT_FOUND when there is none. */
export async function memoryNamed(
  open: OpenWorkspace,
  scope: Scope,
  { name, kind }: { name: string; kind?: MemoryKind | undefined },
): Promise<Row> {
  const recorded = recordNamed(open, scope, name, kind);
  if (recorded !== null) return rowOfRecord(open, scope, recorded);
  if (isEventId(name)) {
    const event = await eventNamed(open, spansOf(open, scope), name);
    const row =
      eventRow(open, scope, event, { isWhole: true }) ??
      (await recordOfEvent(open, scope, event.body.key, event.type));
    if (row !== null && (kind === undefined || row.kind === kind)) return row;
  }
  throw nothingNamed(name);
}

export type Recorded = { kind: 'decision'; one: Decision } | { kind: 'convention'; one: Convention };

/** The decision or convention of this name; null: there is none. */
export function recordNamed(
  open: OpenWorkspace,
  scope: Scope,
  name: string,
  kind?: MemoryKind,
): Recorded | null {
  const { registers } = open;
  const names = [name, subjectKey(name)];
  const decision = keyNamed(registers, scope, 'decision', names);
  const convention = keyNamed(registers, scope, 'convention', names);
  if (decision !== null && (kind === undefined || kind === 'decision')) {
    const one = decisionsIn(registers, scope).find(({ key }) => key === decision);
    if (one !== undefined) return { kind: 'decision', one };
  }
  if (convention !== null && (kind === undefined || kind === 'convention')) {
    const one = conventionsIn(registers, scope).find(({ key }) => key === convention);
    if (one !== undefined) return { kind: 'convention', one };
  }
  return null;
}

export const nothingNamed = (name: string): AppError =>
  new AppError('NOT_FOUND', `nothing is remembered as "${name.slice(0, 100)}" here`, {
    hint: 'hivemind memory list',
  });

async function recordOfEvent(
  open: OpenWorkspace,
  scope: Scope,
  key: unknown,
  type: string,
): Promise<Row | null> {
  const kind = type === 'memory.decided' ? 'decision' : type === 'memory.agreed' ? 'convention' : null;
  if (kind === null || typeof key !== 'string') return null;
  const recorded = recordNamed(open, scope, key, kind);
  return recorded === null ? null : rowOfRecord(open, scope, recorded);
}

export async function rowOfRecord(open: OpenWorkspace, scope: Scope, { kind, one }: Recorded): Promise<Row> {
  const [event] = await open.store.find({ spans: spansOf(open, scope), ids: [one.event] });
  const writing = {
    session: event?.session ?? '',
    branch: event?.branch ?? '',
    agent: event?.agent ?? one.by,
  };
  return kind === 'decision' ? decisionRow(open, one, writing) : conventionRow(open, one, writing);
}
