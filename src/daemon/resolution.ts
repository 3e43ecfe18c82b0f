import type { Conflict, Resolution } from '../core/merge.ts';
import { AppError } from '../schema/app-error.ts';
import { fieldProblem } from '../schema/field-form.ts';

/** Throws INVALID_ARGUMENT for a resolution that would not settle its conflict, though the merge would say so. */
export function checkResolution(id: string, { why, kind, field }: Conflict, resolution: Resolution): void {
  const problem = problemOf(why === 'opposed', resolution, (value) => fieldProblem(kind, field, value));
  if (problem === null) return;
  throw new AppError('INVALID_ARGUMENT', `resolutions: "${id.slice(0, 200)}": ${problem}`, {
    hint: 'hivemind merge resolve --help',
  });
}

function problemOf(
  isOpposed: boolean,
  resolution: Resolution,
  problemWith: (value: unknown) => string | null,
): string | null {
  if (!('value' in resolution))
    return resolution.take === 'both' && !isOpposed
      ? 'a field has one value; both are kept of opposed decisions only'
      : null;
  return isOpposed
    ? 'of opposed decisions one is taken, or both; another value is a decision of its own'
    : problemWith(resolution.value);
}
