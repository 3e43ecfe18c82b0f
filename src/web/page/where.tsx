import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { useAddressPart, useQuery } from './parts/query.ts';

/** What every call says about where it looks. */
export interface Where {
  workspace: string;
  branch?: string;
}

const WhereContext = createContext<Where | null>(null);

/** The workspace of the address, and the branch of its query. */
export function WhereProvider({ children }: { children: ReactNode }) {
  const workspace = useAddressPart(2);
  const branch = useQuery().query.get('branch');
  const where = useMemo<Where>(
    () => ({ workspace, ...(branch === null ? {} : { branch }) }),
    [workspace, branch],
  );
  return <WhereContext.Provider value={where}>{children}</WhereContext.Provider>;
}

export function useWhere(): Where {
  const where = useContext(WhereContext);
  if (where === null) throw new Error('useWhere is called outside of a workspace');
  return where;
}

/** The address of a screen, such as `sessions/ses_…`, with the branch that is looked at. */
export function addressOf({ workspace, branch }: Where, path = ''): string {
  const query = branch === undefined ? '' : `?${new URLSearchParams({ branch })}`;
  return `/w/${encodeURIComponent(workspace)}${path === '' ? '' : `/${path}`}${query}`;
}
