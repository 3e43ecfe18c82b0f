/** Deeper values are no agent's, and looking has to end. */
const deepest = 64;

/** Calls `see` with every string in a value, names of fields included, until it returns true; whether it did. */
export function someString(value: unknown, see: (text: string) => boolean, depth = 0): boolean {
  if (typeof value === 'string') return see(value);
  if (typeof value !== 'object' || value === null || depth > deepest) return false;
  if (Array.isArray(value)) return value.some((item) => someString(item, see, depth + 1));
  return Object.entries(value).some(([name, item]) => see(name) || someString(item, see, depth + 1));
}

/** All strings of a value, one per line. */
export function stringsIn(value: unknown): string {
  const all: string[] = [];
  someString(value, (text) => {
    all.push(text);
    return false;
  });
  return all.join('\n');
}

const anyId = /evt_[0-9a-f]{32}/g;

/** Ids of events that are named anywhere in a value. */
export function eventIdsIn(value: unknown): string[] {
  const ids: string[] = [];
  someString(value, (text) => {
    if (text.includes('evt_')) ids.push(...(text.match(anyId) ?? []));
    return false;
  });
  return ids;
}
