import { useWhere } from '../where.tsx';
import { type Query, useAddressPart, useQuery } from './query.ts';

/** The address of the review of a branch; `more` goes into the query: `tab`, `commit`, `event`. */
export function reviewAddress(
  workspace: string,
  { name, into = 'main', more = {} }: { name: string; into?: string; more?: Record<string, string> },
): string {
  const query = new URLSearchParams({ ...(into === 'main' ? {} : { into }), ...more });
  const path = `/w/${encodeURIComponent(workspace)}/review/${encodeURIComponent(name)}`;
  return query.size === 0 ? path : `${path}?${query}`;
}

export interface Reviewed extends Query {
  workspace: string;
  /** The branch that is looked at. */
  name: string;
  /** The branch that would take it in. */
  into: string;
}

/** What the address says is reviewed. */
export function useReviewed(): Reviewed {
  const { workspace, branch } = useWhere();
  const asked = useQuery();
  const name = useAddressPart(4);
  return { workspace, name, into: asked.query.get('into') ?? branch ?? 'main', ...asked };
}
