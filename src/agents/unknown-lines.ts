/** Most kinds that are told apart, and the longest name of one: transcripts may hold anything. */
const mostKinds = 100;
const nameChars = 100;

/** Counts the lines of a transcript whose type its adapter does not know. */
export interface UnknownLines {
  count(type: string): void;
  counts(): Record<string, number>;
}

export function createUnknownLines(): UnknownLines {
  const kinds = new Map<string, number>();
  return {
    count: (type) => {
      const name = type.slice(0, nameChars);
      if (kinds.has(name) || kinds.size < mostKinds) kinds.set(name, (kinds.get(name) ?? 0) + 1);
    },
    counts: () => Object.fromEntries(kinds),
  };
}
