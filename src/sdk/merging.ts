import type { Call, InputOf, OutputOf } from '../schema/operation.ts';
import type { MergeOptions, MergeResult, Resolution } from './record-types.ts';

type Input = InputOf<'merge.run'>;

/** While somebody goes on writing, a merge may meet other conflicts than those that were just settled. */
const mostRounds = 5;

/** Merges, and asks `resolve` about the conflicts that are left, as long as that settles any. */
export async function mergeWith(
  call: Call,
  sides: Pick<Input, 'workspace' | 'name' | 'into'>,
  { strategy, resolve, message, dryRun = false }: Omit<MergeOptions, 'into'>,
): Promise<MergeResult> {
  const input: Input = {
    ...sides,
    'dry-run': dryRun,
    ...(strategy === undefined ? {} : { strategy }),
    ...(message === undefined ? {} : { message }),
  };
  const resolutions: Record<string, Resolution> = {};
  let result = await call('merge.run', input);
  for (let round = 0; round < mostRounds && resolve !== undefined; round += 1) {
    const { conflicts } = result;
    if (conflicts.length === 0) break;
    const given = await resolve(toResult(result).conflicts);
    const settled = conflicts.filter(({ id }) => Object.hasOwn(given, id));
    if (settled.length === 0) break;
    Object.assign(resolutions, given);
    result = await call('merge.run', { ...input, resolutions });
  }
  return toResult(result);
}

function toResult({ workspace: _workspace, ...result }: OutputOf<'merge.run'>): MergeResult {
  return { ...result, merged: result.outcome === 'merged' || result.outcome === 'up-to-date' };
}
