import { momentText } from './chart-time.tsx';

interface Props {
  /** In each part of the time, the oldest first. */
  values: readonly number[];
  /** The value that is drawn largest. */
  most: number;
  from: number;
  bucketMs: number;
  label: string;
}

const cell = 10;
const high = 18;

/** One row of a heat map: the more, the taller and the stronger, so that it does not hang on the colour alone. */
export function HeatRow({ values, most, from, bucketMs, label }: Props) {
  return (
    <svg
      className="heat"
      viewBox={`0 0 ${Math.max(1, values.length) * cell} ${high}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <rect x={0} y={0} width={values.length * cell} height={high} fill="var(--raised)" />
      {values.map((value, place) => {
        if (value <= 0 || most <= 0) return null;
        const share = Math.sqrt(value / most);
        const tall = Math.max(4, share * high);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a part of the time is told by its place alone
            key={place}
            x={place * cell + 0.5}
            y={(high - tall) / 2}
            width={cell - 1}
            height={tall}
            fill="var(--chart)"
            fillOpacity={0.4 + 0.6 * share}
          >
            <title>{`${momentText(from + place * bucketMs, bucketMs * values.length)}: ${value} edits`}</title>
          </rect>
        );
      })}
    </svg>
  );
}
