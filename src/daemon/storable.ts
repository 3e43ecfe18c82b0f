import { AppError } from '../schema/app-error.ts';
import type { Draft } from '../schema/event.ts';

/** Largest event that is taken, as JSON: four times what an adapter lets through, and small beside a group commit. */
const eventLimitBytes = 4 << 20;

/** Up to so many characters the exact size does not matter, and JSON is not made only to be measured. */
const smallChars = 16 << 10;

/** Characters that the fields of a draft and its envelope add, about. */
const envelopeChars = 600;

/** A half of a surrogate pair, as `JSON.stringify` writes it; the backslash is not itself escaped. */
const loneSurrogate = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

/**
 * The draft as every store of it can hold it, and its size in bytes of JSON without the identity, which is only hashed;
 * that of a small draft is an estimate, from which control characters may make the JSON differ sixfold.
 * UTF-8 has no lone surrogates: they become U+FFFD here, so that journal, table and checksum agree. Throws
 * INVALID_ARGUMENT when it is larger than 4 MiB or nested too deeply for JSON.
 */
export function storable(draft: Draft): { draft: Draft; bytes: number } {
  const smallBytes = weighSmall(draft);
  if (smallBytes !== null) return { draft, bytes: smallBytes };
  const { identity, ...content } = draft;
  const json = toJson(content);
  const bytes = Buffer.byteLength(json);
  if (bytes > eventLimitBytes) throw tooLarge(draft, bytes);
  const wellFormed = json.replace(loneSurrogate, '$1\ufffd');
  return { draft: wellFormed === json ? draft : { identity, ...JSON.parse(wellFormed) }, bytes };
}

/** About how much a draft of ordinary size weighs; null when it has to be measured, or holds half a character. */
function weighSmall({ agent, actor, text, paths, body }: Draft): number | null {
  const weight = { chars: envelopeChars };
  const isOrdinary =
    [agent, actor, text, paths, body].every((field) => weigh(field, weight, 0)) && weight.chars <= smallChars;
  return isOrdinary ? weight.chars : null;
}

const deepest = 64;

function weigh(value: unknown, weight: { chars: number }, depth: number): boolean {
  weight.chars += 8;
  if (typeof value === 'string') {
    weight.chars += value.length;
    return value.isWellFormed();
  }
  if (typeof value !== 'object' || value === null) return true;
  if (depth > deepest || weight.chars > smallChars) return false;
  if (Array.isArray(value)) return value.every((item) => weigh(item, weight, depth + 1));
  for (const key in value) {
    weight.chars += key.length;
    if (!key.isWellFormed() || !weigh((value as Record<string, unknown>)[key], weight, depth + 1))
      return false;
  }
  return true;
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
