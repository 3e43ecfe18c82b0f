import { useCallback, useEffect, useRef, useState } from 'react';
import type { CallError } from './api.ts';
import { asCallError } from './use-call.ts';

/** A part of a long list. */
export interface Slice<Row> {
  rows: readonly Row[];
  /** Rows in all. */
  total: number;
  /** Another one when rows have other places: then those that are kept are dropped. Undefined: that is not known. */
  order?: string;
}

/** Gives up to `limit` rows behind the first `skip`. */
export type LoadSlice<Row> = (skip: number, limit: number, signal: AbortSignal) => Promise<Slice<Row>>;

/** A long list of which only what is looked at, and a little more, is here. */
export interface Pages<Row> {
  /** Null: nothing has been answered yet. */
  total: number | null;
  /** The order that the rows are in; null: none has been told. */
  order: string | null;
  error: CallError | null;
  isLoading: boolean;
  /** Undefined: it is not here (yet). */
  rowAt: (index: number) => Row | undefined;
  /** Says which rows are looked at: they are asked for, others may be forgotten. */
  want: (first: number, last: number) => void;
  /** Asks again for what is looked at; until then the old rows stay. */
  refresh: () => void;
  /** Says which order somebody else was told of. */
  reorder: (order: string) => void;
}

interface Page<Row> {
  age: number;
  rows: readonly Row[];
}

interface Kept<Row> {
  pages: ReadonlyMap<number, Page<Row>>;
  total: number | null;
  order: string | null;
  error: CallError | null;
  age: number;
}

/** Pages that are kept, those around what is looked at. */
const mostPages = 24;

const nothing = <Row>(): Kept<Row> => ({
  pages: new Map(),
  total: null,
  order: null,
  error: null,
  age: 0,
});

function keepNear<Row>(pages: Map<number, Page<Row>>, page: number): Map<number, Page<Row>> {
  if (pages.size <= mostPages) return pages;
  const byDistance = [...pages].sort(([a], [b]) => Math.abs(a - page) - Math.abs(b - page));
  return new Map(byDistance.slice(0, mostPages));
}

function withPage<Row>(before: Kept<Row>, page: number, { rows, total, order }: Slice<Row>): Kept<Row> {
  const kept = order === undefined ? before : inOrder(before, order);
  const pages = keepNear(new Map(kept.pages).set(page, { age: kept.age, rows }), page);
  return { ...kept, total, error: null, pages };
}

/** What is on its way was asked for by the places of before: it is asked for again. */
const inOrder = <Row>(kept: Kept<Row>, order: string): Kept<Row> =>
  kept.order === null || kept.order === order
    ? { ...kept, order }
    : { ...kept, order, pages: new Map(), age: kept.age + 1 };

/** The list that `load` gives, `size` rows at a time. A new `load` is a new list. */
export function usePages<Row>(load: LoadSlice<Row>, size: number): Pages<Row> {
  const [kept, setKept] = useState<Kept<Row>>(nothing);
  const [range, setRange] = useState<readonly [number, number]>([0, 0]);
  const asked = useRef(new Map<string, AbortController>());
  // biome-ignore lint/correctness/useExhaustiveDependencies: what another list had is no part of this one
  useEffect(() => {
    setKept(nothing());
    return () => {
      for (const gone of asked.current.values()) gone.abort();
      asked.current.clear();
    };
  }, [load]);
  const { pages, age, error } = kept;
  useEffect(() => {
    if (error !== null) return;
    const wanted = new Map(
      Array.from({ length: range[1] - range[0] + 1 }, (_, index) => range[0] + index)
        .filter((page) => (pages.get(page)?.age ?? -1) < age)
        .map((page) => [`${age} ${page}`, page]),
    );
    for (const [key, gone] of asked.current)
      if (!wanted.has(key)) {
        gone.abort();
        asked.current.delete(key);
      }
    for (const [key, page] of wanted) {
      if (asked.current.has(key)) continue;
      const gone = new AbortController();
      asked.current.set(key, gone);
      load(page * size, size, gone.signal)
        .then(
          (slice) => !gone.signal.aborted && setKept((before) => withPage(before, page, slice)),
          (failed: unknown) =>
            !gone.signal.aborted && setKept((before) => ({ ...before, error: asCallError(failed) })),
        )
        .finally(() => asked.current.get(key) === gone && asked.current.delete(key));
    }
  }, [load, size, range, pages, age, error]);
  const want = useCallback(
    (first: number, last: number) =>
      setRange((before) => {
        const [from, to] = [Math.floor(Math.max(0, first) / size), Math.floor(Math.max(0, last) / size)];
        return before[0] === from && before[1] === to ? before : [from, to];
      }),
    [size],
  );
  const refresh = useCallback(
    () => setKept((before) => ({ ...before, error: null, age: before.age + 1 })),
    [],
  );
  const reorder = useCallback((order: string) => setKept((before) => inOrder(before, order)), []);
  return {
    total: kept.total,
    order: kept.order,
    error,
    isLoading: kept.total === null && error === null,
    rowAt: (index) => pages.get(Math.floor(index / size))?.rows[index % size],
    want,
    refresh,
    reorder,
  };
}
