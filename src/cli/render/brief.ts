import { safeText } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';

export const renderBrief = ({ text, workspace }: OutputOf<'brief.show'>): string =>
  safeText(text).trimEnd() || `There is nothing to tell yet in ${safeText(workspace)}.`;
