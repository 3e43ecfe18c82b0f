/** Reading of untrusted JSON: each function answers null where the value is not what was hoped for. */
export type Fields = Record<string, unknown>;

export const asFields = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;

export const fieldsAt = (fields: Fields | null, key: string): Fields | null =>
  fields === null ? null : asFields(fields[key]);

export function stringAt(fields: Fields | null, key: string): string | null {
  const value = fields?.[key];
  return typeof value === 'string' ? value : null;
}

/** A string that is not empty. */
export const wordAt = (fields: Fields | null, key: string): string | null => stringAt(fields, key) || null;

export function countAt(fields: Fields | null, key: string): number | null {
  const value = fields?.[key];
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

export function listAt(fields: Fields | null, key: string): unknown[] | null {
  const value = fields?.[key];
  return Array.isArray(value) ? value : null;
}

/** Parses a JSON object; null when the text is anything else. */
export function parseFields(text: string): Fields | null {
  try {
    return asFields(JSON.parse(text));
  } catch {
    return null;
  }
}
