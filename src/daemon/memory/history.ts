import type { RecordWrite, Registers } from '../../core/records/registers.ts';
import type { Scope } from '../../core/scope.ts';
import { Alternative } from '../../schema/bodies/record.ts';
import type { PastChoice } from '../../schema/operations/memory.ts';
import { daemonAgent } from '../../schema/own-agents.ts';
import { branchName, spansOf } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { eventRow, type Row } from './rows.ts';

const saidBy = { decision: 'choice', convention: 'rule' } as const;

/** Everything that was said under a key, the latest first, with until when it stood. */
export function historyOf(
  open: OpenWorkspace,
  scope: Scope,
  kind: 'decision' | 'convention',
  key: string,
): PastChoice[] {
  const field = saidBy[kind];
  const writes = open.registers.writes(kind, key, scope).filter(({ set }) => typeof set[field] === 'string');
  return writes
    .map((write) => {
      const next = replacedBy(writes, write, field);
      return {
        event: write.event,
        text: textIn(write.set[field]),
        reason: textIn(write.set.reason),
        alternatives: Alternative.array().safeParse(write.set.alternatives).data ?? [],
        state: write.set.state === 'withdrawn' ? ('withdrawn' as const) : ('standing' as const),
        by: write.by,
        agent: write.agent,
        branch: branchName(open, write.branch),
        at: write.at,
        until: next?.at ?? null,
        replacedBy: next?.event ?? null,
        keeps: keptBy(writes, write, field),
      };
    })
    .reverse();
}

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The first write, in fold order, that had seen this one and put another in its place. */
const replacedBy = (writes: readonly RecordWrite[], { event }: RecordWrite, field: string) =>
  writes.find((other) => other.over[field]?.includes(event));

/** The write before it, one of those that a merge had before it, that said the same; null: this is no merge's, or new. */
function keptBy(writes: readonly RecordWrite[], write: RecordWrite, field: string): string | null {
  if (write.agent !== daemonAgent) return null;
  const earlier = writes.slice(0, writes.indexOf(write));
  const isSame = ({ event, set }: RecordWrite): boolean =>
    write.over[field]?.includes(event) === true &&
    set[field] === write.set[field] &&
    (write.set.reason === undefined || write.set.reason === set.reason);
  return earlier.findLast(isSame)?.event ?? null;
}

/** The key under which something of this kind is kept, whether the name is written as then or not; null: nothing is. */
export function keyNamed(
  registers: Registers,
  scope: Scope,
  kind: 'decision' | 'convention',
  names: readonly string[],
): string | null {
  return names.find((name) => registers.get(kind, name, scope) !== null) ?? null;
}

/** What a fact or an attempt took the place of, itself first; empty when it took the place of nothing and stands. */
export async function noteHistory(open: OpenWorkspace, scope: Scope, note: Row): Promise<PastChoice[]> {
  const earlier = open.replaced.before(scope, note.event);
  const own = open.replaced.seenFrom(scope, note.event);
  if (earlier.length === 0 && own === null) return [];
  const ids = earlier.map(({ event }) => event);
  const found = ids.length === 0 ? [] : await open.store.find({ spans: spansOf(open, scope), ids });
  const byId = new Map(found.map((event) => [event.id, eventRow(open, scope, event, { isWhole: true })]));
  const until = new Map(earlier.map((one) => [one.event, one]));
  if (own !== null) until.set(note.event, own);
  return [note, ...ids.flatMap((id) => byId.get(id) ?? [])].map((row) => ({
    event: row.event,
    text: row.text,
    reason: row.reason,
    alternatives: row.alternatives,
    state: row.state === 'withdrawn' ? ('withdrawn' as const) : ('standing' as const),
    by: row.by,
    agent: row.agent,
    branch: row.branch,
    at: row.at,
    until: until.get(row.event)?.at ?? null,
    replacedBy: until.get(row.event)?.by ?? null,
    keeps: null,
  }));
}
