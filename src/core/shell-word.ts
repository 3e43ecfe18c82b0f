import { safeLine } from './safe-text.ts';

/** A name as it can be typed in a shell: a hint is there to be copied, and a name may hold what a shell would run. */
export const shellWord = (name: string): string =>
  /^[\w./@:+][\w./@:+-]*$/.test(name) ? name : `'${safeLine(name).replaceAll("'", "'\\''")}'`;
