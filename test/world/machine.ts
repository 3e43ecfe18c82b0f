import type { Conflict, FindOpposed } from '../../src/core/merge.ts';
import type { RecordState } from '../../src/core/records/registers.ts';
import { scopeOf, standpointOf } from '../../src/daemon/lines.ts';
import type { PreparedMerge } from '../../src/daemon/merging.ts';
import { prepareMerge } from '../../src/daemon/merging.ts';
import { observation } from '../../src/daemon/observation.ts';
import type { OpenWorkspace } from '../../src/daemon/open-workspace.ts';
import { foldInto, noRecords, restoreRecords, saveRecords } from '../../src/daemon/records.ts';
import { createStamp } from '../../src/daemon/stamp.ts';
import type { Strategy } from '../../src/schema/bodies/merge.ts';
import type { RecordKind } from '../../src/schema/bodies/record.ts';
import { Draft, type Event } from '../../src/schema/event.ts';
import { hash128, mainBranchId, sessionId } from '../../src/schema/ids.ts';

const workspace = { id: `ws_${'a'.repeat(32)}`, name: 'w', createdAt: 0, repositories: [], store: null };

export const main = mainBranchId(workspace.id);

/** One writer's records without a disk: events are stamped and folded as the daemon does it, and handed to others by the test. */
export interface Machine {
  readonly open: OpenWorkspace;
  /** Everything that has come here, in the order of its coming. */
  readonly log: Event[];
  write(branch: string, type: string, body: Record<string, unknown>): Event;
  fork(from: string): string;
  /** Works a merge out and commits it unless something stands in the way. */
  merge(source: string, target: string, strategy: Strategy): PreparedMerge;
  prepare(source: string, target: string, strategy?: Strategy): PreparedMerge;
  /** Takes in what another has written: of each writer one after the other. */
  take(event: Event): void;
  /** The records as they come back after a restart. */
  restart(): void;
  /** What the plan, the decisions and the conventions are, as seen from a branch. */
  state(branch: string): State;
}

/** Record → field → its value, and what stands beside it. */
export type State = Record<string, Record<string, { value: unknown; contested: unknown[] }>>;

export const mergedKinds: readonly RecordKind[] = ['plan', 'decision', 'convention'];

const neverOpposed: FindOpposed = () => [];

/** `clock`: milliseconds that its system says, the same again and again until somebody changes it. */
export function startMachine(
  name: string,
  { findOpposed = neverOpposed, clock = () => 1 }: { findOpposed?: FindOpposed; clock?: () => number } = {},
): Machine {
  const writer = `wr_${hash128('writer', name)}`;
  const reached = new Map<string, number>();
  const log: Event[] = [];
  const store = {
    writer,
    lastSeq: () => reached.get(writer) ?? 0,
    writers: () => [...reached.keys()],
    seenUpTo: (by: string) => reached.get(by) ?? 0,
  };
  // Of a store the write path asks only this.
  const open = Object.assign(noRecords(), { workspace, store }) as unknown as OpenWorkspace;

  const take: Machine['take'] = (event) => {
    if (event.seq !== (reached.get(event.writer) ?? 0) + 1) throw new Error(`${event.id} comes too early`);
    log.push(event);
    foldInto(open, event, event.writer === writer);
    reached.set(event.writer, event.seq);
  };

  const append = (branch: string, draft: Draft): Event => {
    const stamp = createStamp(open, clock());
    const seen = observation(open);
    const keyed = (one: Draft, count: number) => ({
      draft: one,
      bytes: 0,
      fact: hash128(writer, String(store.lastSeq()), String(count)),
      delivery: null,
    });
    if (seen !== null) take(stamp(keyed(seen, 0), branch));
    const event = stamp(keyed(draft, 1), branch);
    take(event);
    return event;
  };

  const write: Machine['write'] = (branch, type, body) =>
    append(
      branch,
      Draft.parse({
        type,
        agent: 'claude-code',
        session: sessionId('claude-code', name),
        identity: { nativeId: `${log.length}`, phase: 'done' },
        actor: { kind: 'agent', name },
        body,
      }),
    );

  const lineNamed = (id: string) => {
    const line = open.branches.get(id);
    if (line === undefined) throw new Error(`there is no branch ${id}`);
    return line;
  };

  const prepare: Machine['prepare'] = (source, target, strategy = 'manual') =>
    prepareMerge(open, {
      source: lineNamed(source),
      target: lineNamed(target),
      strategy,
      resolutions: {},
      rules: [],
      findOpposed,
    });

  return {
    open,
    log,
    write,
    take,
    prepare,
    fork: (from) => {
      const branch = `br_${hash128(name, String(log.length))}`;
      write(from, 'branch.created', { branch, name: branch, parent: standpointOf(open, from) });
      return branch;
    },
    merge: (source, target, strategy) => {
      const merge = prepare(source, target, strategy);
      if (merge.brings === 0 || merge.unresolved.length > 0) return merge;
      const { base, decided, brings } = merge;
      write(target, 'merge.committed', {
        source: merge.source,
        target: merge.target,
        base,
        strategy,
        events: brings,
        decided,
      });
      return merge;
    },
    restart: () => restoreRecords(open, JSON.parse(JSON.stringify(saveRecords(open)))),
    state: (branch) => stateOf(open, branch),
  };
}

function stateOf(open: OpenWorkspace, branch: string): State {
  const scope = scopeOf(open, branch);
  const records = mergedKinds.flatMap((kind) => open.registers.all(kind, scope));
  return Object.fromEntries(records.map((record) => [`${record.kind}/${record.key}`, fieldsOf(record)]));
}

const fieldsOf = ({ fields }: RecordState): State[string] =>
  Object.fromEntries(
    Object.entries(fields)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { shown, alive, isContested }]) => [
        name,
        {
          value: shown.value,
          contested: isContested ? alive.map(({ value }) => JSON.stringify(value)).sort() : [],
        },
      ]),
  );

/** A machine to which the events have come in this order. */
export function replay(
  name: string,
  events: readonly Event[],
  options: Parameters<typeof startMachine>[1] = {},
): Machine {
  const machine = startMachine(name, options);
  for (const event of events) machine.take(event);
  return machine;
}

/** The field that a conflict is about, on either side. */
export const placeOf = ({ kind, field, ours }: Conflict): [record: string, field: string] => [
  `${kind}/${ours.key}`,
  field,
];

/** Several logs as one, in one of the orders in which they may arrive: each writer's own is kept. */
export function interleave(logs: readonly (readonly Event[])[], dice: Iterator<number>): Event[] {
  const rest = logs.map((log) => [...log]);
  const all: Event[] = [];
  for (;;) {
    const some = rest.filter(({ length }) => length > 0);
    const event = some[(dice.next().value as number) % some.length]?.shift();
    if (event === undefined) return all;
    all.push(event);
  }
}
