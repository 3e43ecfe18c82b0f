/** Counts over time as small bars; `marked` of them in another colour at the foot, such as failures. */
export function Spark({
  counts,
  marked = [],
  label,
}: {
  counts: readonly number[];
  marked?: readonly number[];
  /** Says in words what the picture shows. */
  label: string;
}) {
  const most = Math.max(1, ...counts);
  const bar = (count: number, index: number): string =>
    count === 0 ? '' : `M${index} 20h.75v${(-Math.max(0.7, (count / most) * 19)).toFixed(2)}h-.75z`;
  return (
    <svg
      className="spark"
      viewBox={`0 0 ${Math.max(1, counts.length)} 20`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path className="spark-counts" d={counts.map(bar).join('')} />
      <path className="spark-marked" d={marked.map(bar).join('')} />
    </svg>
  );
}
