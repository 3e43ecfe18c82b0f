import { useId } from 'react';
import { momentText } from './chart-time.tsx';

interface Props {
  /** In each part of the time, the oldest first. */
  values: readonly number[];
  /** Of these, what went wrong: it is drawn striped, from below. */
  failures: readonly number[];
  /** The value that takes the whole height, so that several of these can be compared. */
  most: number;
  /** Epoch milliseconds at which the first part begins. */
  from: number;
  bucketMs: number;
  label: string;
}

const heightPx = 44;
const barWide = 8;
const gap = 1.5;
/** What happened at all can be seen, however much more happened at another time. */
const leastPx = 2;

/** How much happened over time, and how much of it failed. */
export function Bars({ values, failures, most, from, bucketMs, label }: Props) {
  const stripes = useId();
  const tall = (value: number): number =>
    value <= 0 || most <= 0 ? 0 : Math.max(leastPx, (value / most) * heightPx);
  return (
    <svg
      className="bars"
      viewBox={`0 0 ${Math.max(1, values.length) * barWide} ${heightPx}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <defs>
        <pattern
          id={stripes}
          width="4"
          height="4"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="4" height="4" fill="var(--ground)" />
          <rect width="2.2" height="4" fill="var(--bad)" />
        </pattern>
      </defs>
      {values.map((value, place) => {
        const failed = failures[place] ?? 0;
        const at = momentText(from + place * bucketMs, bucketMs * values.length);
        const [all, bad] = [tall(value), Math.min(tall(value), tall(failed))];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a part of the time is told by its place alone
          <g key={place}>
            <title>{`${at}: ${value} events${failed > 0 ? `, ${failed} failed` : ''}`}</title>
            <rect x={place * barWide} y={0} width={barWide} height={heightPx} fill="transparent" />
            <rect
              x={place * barWide + gap / 2}
              y={heightPx - all}
              width={barWide - gap}
              height={all - bad}
              fill="var(--chart)"
            />
            <rect
              x={place * barWide + gap / 2}
              y={heightPx - bad}
              width={barWide - gap}
              height={bad}
              fill={`url(#${stripes})`}
              stroke="var(--bad)"
              strokeWidth={bad > 0 ? 0.5 : 0}
            />
          </g>
        );
      })}
    </svg>
  );
}

/** What the two looks of a bar mean. */
export function BarsLegend() {
  return (
    <p className="legend">
      <span className="swatch" /> events <span className="swatch striped" /> of them failed or refused
    </p>
  );
}
