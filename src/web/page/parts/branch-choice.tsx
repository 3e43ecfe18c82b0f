import { useCall } from '../use-call.ts';
import { useWhere } from '../where.tsx';
import { useQuery } from './query.ts';

/** Which branch is looked at; `main` unless the address says another. */
export function BranchChoice() {
  const { workspace, branch = 'main' } = useWhere();
  const { ask } = useQuery();
  const { data } = useCall('branch.list', { workspace, limit: 200 });
  const names = new Set(['main', branch, ...(data?.branches ?? []).map(({ name }) => name)]);
  const choose = (name: string): void => ask({ branch: name === 'main' ? null : name }, true);
  return (
    <label>
      <span className="unseen">Branch</span>
      <select value={branch} onChange={({ target }) => choose(target.value)}>
        {[...names].map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}
