import { AppError } from '../schema/app-error.ts';

/** More events wait for the disk than are taken. */
export const exhausted = (): AppError =>
  new AppError('RESOURCE_EXHAUSTED', 'the daemon has as many events waiting for the disk as it takes', {
    hint: 'send them again in a second; nothing of this call was stored',
    details: { retryAfterMs: 1000 },
  });

/** The workspace is on its way out. */
export const stopping = (): AppError =>
  new AppError('UNAVAILABLE', 'the workspace is being closed', { hint: 'send them again' });
