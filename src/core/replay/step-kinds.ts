import type { OutlinedEvent } from '../../schema/event.ts';
import type { StepKind } from '../../schema/operations/replay.ts';

type Told = Pick<OutlinedEvent, 'type' | 'status' | 'actor'>;

/** What makes a step one of a kind: the event's type, its status and who did it, and nothing that would have to be read. */
const tests: Readonly<Record<StepKind, (event: Told) => boolean>> = {
  // What the daemon reads from a failure is not another one.
  failure: ({ status, actor }) => status !== 'ok' && actor.kind !== 'daemon',
  edit: ({ type }) => type === 'file.edited',
  decision: ({ type }) => type === 'memory.decided' || type === 'memory.agreed',
  prompt: ({ type }) => type === 'turn.prompted',
  reply: ({ type }) => type === 'turn.replied',
  tool: ({ type }) => type === 'tool.called',
  plan: ({ type }) => type.startsWith('plan.'),
  commit: ({ type }) => type === 'git.committed' || type === 'git.merged',
};

/** The kinds in the order in which they are offered; the schema's own list would bring all of zod into the page. */
export const stepKinds: readonly StepKind[] = Object.keys(tests) as StepKind[];

/** One bit for each kind, so that the kinds of a step take a byte. */
const bitOf = (kind: StepKind): number => 1 << stepKinds.indexOf(kind);

export const isOfKind = (event: Told, kind: StepKind): boolean => tests[kind](event);

export const kindsOf = (event: Told): number => maskOf(stepKinds.filter((kind) => tests[kind](event)));

export const maskOf = (wanted: readonly StepKind[]): number =>
  wanted.reduce((mask, kind) => mask | bitOf(kind), 0);
