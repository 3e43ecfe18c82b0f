type Json = Record<string, unknown>;

/** Shorter strings take less room than a reference to them. */
const shortestReference = 16;

/** Values below this depth are kept as they are: bodies that deep are no agent's, and recursion must end. */
const deepest = 64;

/**
 * A body as the `body` column holds it: JSON in which a string that stands word for word in the event's text is
 * `{"$text": [start, length]}` (UTF-16 code units), because what a tool was given and gave back is most of both.
 * An object of the body that looks like one of our own marks is wrapped as `{"$plain": …}`.
 */
export function packBody(body: Json, text: string, redaction?: number): string {
  const json = JSON.stringify(packFields(ownKeys(body, 'more'), text, 0));
  if (redaction === undefined) return json;
  return `{"${versionKey}":${redaction}${json === '{}' ? '}' : `,${json.slice(1)}`}`;
}

/** The body, and the version of the redaction rules that the event went through where that was kept. */
export function unpackBody(json: string, text: string): { body: Json; redaction?: number } {
  const parsed = JSON.parse(json) as Json;
  const version = parsed[versionKey];
  if (typeof version !== 'number') return { body: unpackFields(ownKeys(parsed, 'less'), text, 0) };
  const { [versionKey]: _, ...fields } = parsed;
  return { body: unpackFields(ownKeys(fields, 'less'), text, 0), redaction: version };
}

/**
 * Where a packed body says the version of the redaction rules: in this column, because the tables of older stores have
 * no other for it, and because the same few bytes in every row compress to nothing. Keys of a body itself that look
 * like it get one more dollar.
 */
const versionKey = '$redaction';
const likeVersionKey = /^\$+redaction$/;

function ownKeys(body: Json, dollars: 'more' | 'less'): Json {
  if (!Object.keys(body).some((key) => likeVersionKey.test(key))) return body;
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [
      !likeVersionKey.test(key) ? key : dollars === 'more' ? `$${key}` : key.replace(/^\$(?=\$)/, ''),
      value,
    ]),
  );
}

function pack(value: unknown, text: string, depth: number): unknown {
  if (depth > deepest) return value;
  if (typeof value === 'string') return packString(value, text);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => pack(item, text, depth + 1));
  const fields = packFields(value as Json, text, depth);
  return isMark(value as Json) ? { $plain: fields } : fields;
}

const packFields = (value: Json, text: string, depth: number): Json =>
  Object.fromEntries(Object.entries(value).map(([key, field]) => [key, pack(field, text, depth + 1)]));

function packString(value: string, text: string): unknown {
  if (value.length < shortestReference) return value;
  const start = text.indexOf(value);
  return start === -1 ? value : { $text: [start, value.length] };
}

function unpack(value: unknown, text: string, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > deepest) return value;
  if (Array.isArray(value)) return value.map((item) => unpack(item, text, depth + 1));
  const fields = value as Json;
  if (!isMark(fields)) return unpackFields(fields, text, depth);
  if ('$plain' in fields) return unpackFields(fields.$plain as Json, text, depth);
  const [start = 0, length = 0] = fields.$text as number[];
  return text.slice(start, start + length);
}

/** A string as a packed body has it: itself, or where it stands in the text (start, length). */
export type PackedText = string | [start: number, length: number];

/** The string at a field of a packed body; null where there is none, or only blanks. */
export function packedStringOf(field: unknown, text: string): PackedText | null {
  if (typeof field === 'string') return field.trim() === '' ? null : field;
  if (typeof field !== 'object' || field === null || !isMark(field as Json)) return null;
  const { $text } = field as { $text?: [number, number] };
  return $text === undefined || unpackText($text, text).trim() === '' ? null : $text;
}

export const unpackText = (packed: PackedText, text: string): string =>
  typeof packed === 'string' ? packed : text.slice(packed[0], packed[0] + packed[1]);

const unpackFields = (value: Json, text: string, depth: number): Json =>
  Object.fromEntries(Object.entries(value).map(([key, field]) => [key, unpack(field, text, depth + 1)]));

function isMark(value: Json): boolean {
  const keys = Object.keys(value);
  return keys.length === 1 && (keys[0] === '$text' || keys[0] === '$plain');
}
