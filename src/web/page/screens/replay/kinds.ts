import type { StepKind } from '../../../../schema/operations/replay.ts';

export type { StepKind };

/** The kinds in the order in which they are offered; the schema's own list would bring all of zod into the page. */
export const stepKinds: readonly StepKind[] = [
  'failure',
  'edit',
  'decision',
  'prompt',
  'reply',
  'tool',
  'plan',
  'commit',
];
