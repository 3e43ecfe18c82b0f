import { AppError } from '../schema/app-error.ts';
import type { Draft } from '../schema/event.ts';

/** Largest event that is taken, as JSON: four times what an adapter lets through, and small beside a group commit. */
const eventLimitBytes = 4 << 20;

/** A half of a surrogate pair, as `JSON.stringify` writes it; the backslash is not itself escaped. */
const loneSurrogate = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

/**
 * The draft as every store of it can hold it, and its size in bytes of JSON without the identity, which is only hashed.
 * UTF-8 has no lone surrogates: they become U+FFFD here, so that journal, table and checksum agree. Throws
 * INVALID_ARGUMENT when it is larger than 4 MiB or nested too deeply for JSON.
 */
export function storable(draft: Draft): { draft: Draft; bytes: number } {
  const { identity, ...content } = draft;
  const json = toJson(content);
  const bytes = Buffer.byteLength(json);
  if (bytes > eventLimitBytes) throw tooLarge(draft, bytes);
  const wellFormed = json.replace(loneSurrogate, '$1\ufffd');
  return { draft: wellFormed === json ? draft : { identity, ...JSON.parse(wellFormed) }, bytes };
}

function toJson(content: object): string {
  try {
    return JSON.stringify(content);
  } catch (cause) {
    throw new AppError('INVALID_ARGUMENT', 'the event is nested too deeply', { cause });
  }
}

const tooLarge = ({ type }: Draft, bytes: number): AppError =>
  new AppError(
    'INVALID_ARGUMENT',
    `a ${type} event of ${bytes} bytes is too large: the most is ${eventLimitBytes}`,
    { hint: 'cut its text or body, keep the whole elsewhere and name it in there' },
  );
