import type { Event } from '../schema/event.ts';

/** Whether one of a hook's triggers means an event: its type, its family, or how it ended. */
export const isWanted = (on: readonly string[], { type, status }: Pick<Event, 'type' | 'status'>): boolean =>
  on.some((trigger) => {
    if (trigger.startsWith('status:')) return trigger === `status:${status}`;
    return trigger === type || trigger.replace(/\.\*$/, '') === type.slice(0, type.indexOf('.'));
  });
