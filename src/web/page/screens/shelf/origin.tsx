import { lineOf } from '../../parts/said.tsx';
import { useWhere } from '../../where.tsx';

/** Doors by which people write: that it was one of them says nothing of who it was. */
const doors = ['cli', 'web', 'socket', 'daemon'];

/** Who wrote something, and as which agent where that is not the same. */
export function Who({ by, agent }: { by: string; agent: string }) {
  return (
    <span>
      {lineOf(by, 60)}
      {agent !== by && !doors.includes(agent) && ` (${lineOf(agent, 40)})`}
    </span>
  );
}

/** On which branch it was written, where that is another one than is looked at. */
export function OnBranch({ branch }: { branch: string }) {
  const { branch: here = 'main' } = useWhere();
  return branch === here ? null : <span>from {lineOf(branch, 60)}</span>;
}
