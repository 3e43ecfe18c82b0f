import type { ReactNode } from 'react';
import { Wide } from './wide.tsx';
import '../style/chart.css';

/** A column of the table that says the same as a picture. */
export interface Column<T> {
  name: string;
  value: (row: T) => ReactNode;
}

interface Props<T> {
  /** What the picture shows. */
  title: string;
  /** What it comes to, in a sentence. */
  told: string;
  /** The same in figures, one row for each `rows`; the first column names it. */
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string;
  children: ReactNode;
}

/** More rows than this are not read by anybody. */
const mostRows = 100;

/** A picture with its title, and a table that says the same for whoever does not see it. */
export function Chart<T>({ title, told, columns, rows, keyOf, children }: Props<T>) {
  return (
    <figure className="chart">
      <figcaption>
        <h2>{title}</h2>
        <p className="quiet">{told}</p>
      </figcaption>
      {children}
      <details>
        <summary>{title}, as a table</summary>
        <Wide label={title}>
          <table>
            <caption className="unseen">{title}</caption>
            <thead>
              <tr>
                {columns.map(({ name }) => (
                  <th key={name} scope="col">
                    {name}
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
      </details>
    </figure>
  );
}
