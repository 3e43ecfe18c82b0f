import { safeLine } from '../../../core/safe-text.ts';
import type { Session } from '../../../schema/records.ts';

/** The name of a session as it is shown. */
export const sessionTitle = ({ title, role, id }: Pick<Session, 'title' | 'role' | 'id'>): string =>
  safeLine(title) || safeLine(role ?? '') || `untitled ${id.slice(-8)}`;
