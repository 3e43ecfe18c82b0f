import { claimedText } from '../../core/claims/claimed-text.ts';
import { lengthText } from '../../core/claims/note-text.ts';
import { AppError } from '../../schema/app-error.ts';
import type { Claim } from '../../schema/records.ts';
import { branchName } from '../lines.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { endOf } from './held.ts';

/** Says who has it, since when, for how long, why and on which branch. */
export function heldError(open: OpenWorkspace, claim: Claim, nowMs: number): AppError {
  const { holder, why, createdAt, branch } = claim;
  const where = branch === null ? '' : ` on ${branchName(open, branch)}`;
  const reason = why === '' ? '' : `: "${why}"`;
  return new AppError(
    'FAILED_PRECONDITION',
    `${holder} claimed ${claimedText(claim)}${where} ${lengthText(nowMs - createdAt)} ago, for ${lengthText(endOf(claim) - nowMs)} more${reason}`,
    {
      hint: 'hivemind claims list, and take something else, or wait until it ends; a person may overrule it: --force',
      details: { claim },
    },
  );
}
