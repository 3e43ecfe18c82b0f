import type { ComponentType } from 'react';

/** A component in a file of its own, which is fetched once, when it is wanted. */
export interface LaterFile<P = object> {
  /** Null: it is not here (yet). */
  found: () => ComponentType<P> | null;
  /** Rejects where the file does not come; it can be asked for again then. */
  load: () => Promise<ComponentType<P>>;
}

/** Fetches with `load` at the first wish. */
export function laterFile<P>(load: () => Promise<{ default: ComponentType<P> }>): LaterFile<P> {
  let found: ComponentType<P> | null = null;
  let asked: Promise<ComponentType<P>> | null = null;
  return {
    found: () => found,
    load: () => {
      asked ??= load().then(
        (file) => {
          found = file.default;
          return found;
        },
        (error: unknown) => {
          asked = null;
          throw error;
        },
      );
      return asked;
    },
  };
}
