import { BranchCreated } from '../../schema/bodies/branch.ts';
import type { Branch } from '../../schema/records.ts';
import type { Projection } from '../projection.ts';

export const branches: Projection<Branch> = {
  reads: ['branch.created'],
  fold(records, event) {
    if (event.type !== 'branch.created') return;
    const body = BranchCreated.safeParse(event.body);
    if (!body.success) return;
    const known = records.get(body.data.branch);
    // Two machines may both record the birth of main: the first in fold order stands.
    if (known !== undefined && known.createdAt <= event.at) return;
    records.set(body.data.branch, {
      id: body.data.branch,
      name: body.data.name,
      createdAt: event.at,
      from: body.data.from,
    });
  },
};
