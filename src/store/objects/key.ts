import { AppError } from '../../schema/app-error.ts';

const SEGMENT = /^[a-z0-9._-]+$/;
/** A file's name ends at 255 bytes nearly everywhere. */
const MAX_SEGMENT = 200;
const MAX_KEY = 400;

/** Throws INVALID_ARGUMENT for what is not a key (`a/b.json`): nothing that passes can leave its directory. */
export function checkKey(key: string): string {
  const segments = key.split('/');
  const good = segments.every(
    (segment) => SEGMENT.test(segment) && !/^\.+$/.test(segment) && segment.length <= MAX_SEGMENT,
  );
  if (!good || key.length > MAX_KEY) throw invalid(key);
  return key;
}

/** The same for the beginning of keys: empty, or ending anywhere. */
export function checkPrefix(prefix: string): string {
  if (prefix !== '') checkKey(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);
  return prefix;
}

const invalid = (key: string): AppError =>
  new AppError('INVALID_ARGUMENT', `${JSON.stringify(key.slice(0, MAX_KEY))} is not a key of an object`);
