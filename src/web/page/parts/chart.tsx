import type { ReactNode } from 'react';
import { Wide } from './wide.tsx';
import '../style/chart.css';

/** A column of the table that says the same as a picture. */
export interface Column<T> {
  name: string;
  value: (row: T) => ReactNode;
  /** Its name is for those who do not see that it is a picture. */
  isPicture?: boolean;
}

interface Rows<T> {
  /** One for each of `rows`; the first column names it. */
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string;
}

interface Said {
  /** What the picture shows. */
  title: string;
  /** What it comes to, in a sentence. */
  told: string;
}

/** More rows than this are not read by anybody. */
const mostRows = 100;

/** A picture with its title, and a table that says the same for whoever does not see it. */
export function Chart<T>({ title, told, children, ...table }: Said & Rows<T> & { children: ReactNode }) {
  return (
    <ChartFrame title={title} told={told}>
      {children}
      <details>
        <summary>{title}, as a table</summary>
        <ColumnTable title={title} {...table} />
      </details>
    </ChartFrame>
  );
}

/** What stands around a picture. */
export function ChartFrame({ title, told, children }: Said & { children: ReactNode }) {
  return (
    <figure className="chart">
      <figcaption>
        <h2>{title}</h2>
        <p className="quiet">{told}</p>
      </figcaption>
      {children}
    </figure>
  );
}

/** Figures in a table; `className` says how its columns are wide. */
export function ColumnTable<T>({
  title,
  columns,
  rows,
  keyOf,
  className,
}: Pick<Said, 'title'> & Rows<T> & { className?: string }) {
  return (
    <Wide label={title}>
      <table className={className}>
        <caption className="unseen">{title}</caption>
        <thead>
          <tr>
            {columns.map(({ name, isPicture = false }) => (
              <th key={name} scope="col">
                {isPicture ? <span className="unseen">{name}</span> : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, mostRows).map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ name, value }, place) =>
                place === 0 ? (
                  <th key={name} scope="row">
                    {value(row)}
                  </th>
                ) : (
                  <td key={name}>{value(row)}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > mostRows && <p className="quiet">and {rows.length - mostRows} more</p>}
    </Wide>
  );
}
