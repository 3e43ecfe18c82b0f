import type { ReactNode } from 'react';
import { Answer } from '../../parts/answer.tsx';
import type { Called } from '../../use-call.ts';

/** A part of the overview that is about one thing; `count` of it stands beside its title. */
export function Panel({
  title,
  count,
  more,
  children,
}: {
  title: string;
  count?: number | undefined;
  /** A way to all of it. */
  more?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="panel" aria-label={title}>
      <header>
        <h2>
          {title}
          {count !== undefined && <span className="quiet"> {count.toLocaleString('en')}</span>}
        </h2>
        {more}
      </header>
      {children}
    </section>
  );
}

/** Rows of an answer; where there are none, what that means. */
export function Rows<T, Row>({
  called,
  rowsOf,
  none,
  children,
}: {
  called: Called<T>;
  rowsOf: (data: T) => readonly Row[];
  none: ReactNode;
  children: (row: Row) => ReactNode;
}) {
  return (
    <Answer called={called}>
      {(data) => {
        const rows = rowsOf(data);
        if (rows.length === 0) return <p className="quiet">{none}</p>;
        return <ul className="rows">{rows.map(children)}</ul>;
      }}
    </Answer>
  );
}
