import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { View } from './view.ts';

export const renderRecorded = (
  { workspace, agent, session, appended }: OutputOf<'event.record'>,
  { paint }: View,
): string =>
  appended === 0
    ? `It was there already, or this project is not captured  ${paint.dim(session.slice(-8))}`
    : `${paint.green('Recorded')} in ${safeLine(workspace)}, a session of ${safeLine(agent)}  ${paint.dim(session.slice(-8))}`;
