import { useQuery as useAddressQuery } from '../../parts/query.ts';

type Change = Readonly<Record<string, string | null>>;

/** What the address says beside its path, and how to change it, so that one can go back: null takes a field out. */
export function useQuery(): [URLSearchParams, (change: Change) => void] {
  const { query, ask } = useAddressQuery();
  return [query, (change) => ask(change, true)];
}
