import { useMemo } from 'react';
import { navigate, usePathname, useSearch } from 'wouter/use-browser-location';

export interface Query {
  query: URLSearchParams;
  /** Changes the query; null, or nothing, takes a part of it away. `isStep`: one can go back from it. */
  ask: (change: Readonly<Record<string, string | null>>, isStep?: boolean) => void;
}

/** A part of the address, by its place behind a slash: of `/w/a%25b` the second is `a%b`. */
export function useAddressPart(place: number): string {
  const part = usePathname().split('/')[place] ?? '';
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** What the address asks for. It is read as it stands: a router that decodes it twice loses a `%`. */
export function useQuery(): Query {
  const search = useSearch();
  return useMemo(() => ({ query: new URLSearchParams(search), ask }), [search]);
}

/** Always the same function, and from the address as it is by then: what was asked for a moment ago stays. */
function ask(change: Readonly<Record<string, string | null>>, isStep = false): void {
  const { pathname, search } = location;
  const next = new URLSearchParams(search);
  for (const [key, value] of Object.entries(change)) {
    if (value === null || value === '') next.delete(key);
    else next.set(key, value);
  }
  navigate(next.size === 0 ? pathname : `${pathname}?${next}`, { replace: !isStep });
}
