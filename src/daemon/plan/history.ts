import type { BranchRecord } from '../../core/records/branch.ts';
import type { RecordWrite } from '../../core/records/registers.ts';
import type { Scope } from '../../core/scope.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { branchName, scopeFrom, spansOf } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';

type Write = OutputOf<'plan.history'>['writes'][number];

/** Every write of an item that is seen from a branch, in fold order, with what whoever wrote it had seen. */
export async function historyOf(
  open: OpenWorkspace,
  { line, scope }: { line: BranchRecord; scope: Scope },
  item: string,
): Promise<Write[]> {
  const writes = open.registers.writes('plan', item, scope);
  const ids = [...new Set(writes.map(({ event }) => event))];
  const events = new Map(
    (await open.store.find({ spans: spansOf(open, scope), ids })).map((event) => [event.id, event]),
  );
  const broughtBy = mergesOf(open, line);
  const state = open.registers.get('plan', item, scope);
  const isContested = (field: string, event: string): boolean =>
    state?.fields[field]?.isContested === true &&
    state.fields[field].alive.some((value) => value.event === event);
  return ids.map((id): Write => {
    const those = writes.filter(({ event }) => event === id);
    const [first] = those as [RecordWrite, ...RecordWrite[]];
    const event = events.get(id);
    return {
      at: first.at,
      by: first.by,
      agent: first.agent,
      event: id,
      type: event?.type ?? 'plan.changed',
      session: event?.session ?? null,
      branch: branchName(open, first.branch),
      mergedBy: broughtBy(first),
      fields: those.flatMap((write) =>
        Object.entries(write.set).map(([field, after]) => ({
          field,
          before: beforeOf(writes, write, field),
          after,
          contested: isContested(field, id),
        })),
      ),
    };
  });
}

/** The value that a write replaced: of several the one that was shown. */
function beforeOf(writes: readonly RecordWrite[], { over }: RecordWrite, field: string): unknown {
  const replaced = new Set(over[field] ?? []);
  return (
    writes.findLast(({ event, set }) => replaced.has(event) && Object.hasOwn(set, field))?.set[field] ?? null
  );
}

/** Finds the merge into a branch by which a write of another one first came to be seen there. */
function mergesOf(open: OpenWorkspace, line: BranchRecord): (write: RecordWrite) => string | null {
  const merges = [...line.merges]
    .sort((a, b) => a.at - b.at || a.seq - b.seq)
    .map(({ event, source }) => ({ event, scope: scopeFrom(open, source) }));
  const born = line.parent === null ? null : scopeFrom(open, line.parent);
  return (write) => {
    if (write.branch === line.id || born?.sees(write) === true) return null;
    return merges.find(({ scope }) => scope.sees(write))?.event ?? null;
  };
}
