/** Steps of the write path at which a crash may be ordered, in the order in which an event meets them. */
export const failpoints = [
  'journal.write',
  'journal.sync',
  'segment.create',
  'segment.seal',
  'segment.compress',
  'segment.prune',
  'flush.add',
  'flush.sync',
  'checkpoint.write',
  'catalog.write',
  'roll.create',
  'roll.commit',
  'snapshot.write',
  'merge.write',
  'merge.index',
  'merge.sync',
  'merge.fields',
  'merge.commit',
  'merge.drop',
] as const;

/** The same of forgetting, which an event meets only when somebody orders it. */
export const forgetFailpoints = [
  'forget.order',
  'forget.segment',
  'forget.build',
  'forget.commit',
  'forget.tables',
  'forget.vectors',
  'forget.caches',
] as const;

/** The same of the vectors, which an event meets only where an embedder is set. */
export const vectorFailpoints = ['vectors.add', 'vectors.save', 'vectors.build', 'vectors.install'] as const;

export type Failpoint =
  | (typeof failpoints)[number]
  | (typeof vectorFailpoints)[number]
  | (typeof forgetFailpoints)[number];

/**
 * Ends this process with SIGKILL, as a crash would, when HIVEMIND_FAILPOINT names the step: `flush.add` the first time
 * that it is reached, `flush.add:3` the third. Each stands right after what its name says was done and before the next
 * step. Without the variable it does nothing.
 */
export function reach(point: Failpoint): void {
  if (point !== wanted?.point) return;
  wanted.left -= 1;
  if (wanted.left === 0) process.kill(process.pid, 'SIGKILL');
}

const wanted = parse(process.env.HIVEMIND_FAILPOINT);

function parse(value: string | undefined): { point: string; left: number } | null {
  if (value === undefined || value === '') return null;
  const [point = '', count = '1'] = value.split(':');
  return { point, left: Math.max(1, Number.parseInt(count, 10) || 1) };
}
