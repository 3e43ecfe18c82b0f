/** What somebody typed as a time: one of the day, 14:30, is that of the day of `dayOf` (epoch milliseconds); else as it is. */
export function momentFrom(typed: string, dayOf: number): string {
  const [, hours, minutes, seconds = '0'] = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(typed) ?? [];
  if (hours === undefined || minutes === undefined) return typed;
  const moment = new Date(dayOf);
  moment.setHours(Number(hours), Number(minutes), Number(seconds), 0);
  return moment.toISOString();
}
