import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { crc32c } from '../journal/crc.ts';

const AnyFormat = z.object({ format: z.number() });

/** One version as it is stored. */
const Stored = z.object({
  version: z.number(),
  /** Random nonces of this version and of those before it, newest first, one after the other: whose commits they were can be told after they are deleted. */
  recent: z.string(),
  value: z.unknown(),
});
export type StoredVersion = z.infer<typeof Stored>;

/** How many commits back one can be told apart from one that never counted. */
const RECENT = 256;
/** Of a nonce: six random bytes as base64url. */
const NONCE_LENGTH = 8;
/** In the place of a version's nonce that is not known. No base64url has it. */
const HIDDEN = '.'.repeat(NONCE_LENGTH);

const FORMAT = 1;
const HEAD = /^\{"crc32c":"([0-9a-f]{8})",/;
const HEAD_LENGTH = '{"crc32c":"00000000",'.length;
const KEY = /\/([0-9a-f]{16})\.json$/;

/** The nonces of a version that follows those of `recent`. */
export const addNonce = (recent: string): string =>
  (randomBytes(6).toString('base64url') + recent).slice(0, RECENT * NONCE_LENGTH);

/** `recent` as it would be `count` versions later, of which nothing is known. */
export const addHidden = (recent: string, count: number): string =>
  HIDDEN.repeat(Math.min(count, RECENT)) + recent;

/** The nonce of the version that is `back` versions before the newest of `recent`; null when it is not known. */
export function findNonce(recent: string, back: number): string | null {
  const nonce = back < 0 ? '' : recent.slice(back * NONCE_LENGTH, (back + 1) * NONCE_LENGTH);
  return nonce === '' || nonce === HIDDEN ? null : nonce;
}

/** Versions sort as text; 2^53 - 1 is the largest. */
export const formatKey = (prefix: string, version: number): string =>
  `${prefix}/${version.toString(16).padStart(16, '0')}.json`;

/** Null for what is not a version's key. */
export function parseKey(key: string): number | null {
  const digits = KEY.exec(key)?.[1];
  const version = digits === undefined ? Number.NaN : Number.parseInt(digits, 16);
  return Number.isSafeInteger(version) ? version : null;
}

/** JSON whose first member is the CRC-32C of every byte after that member. */
export function encodeVersion({ version, recent, value }: StoredVersion): Buffer {
  const rest = Buffer.from(`"format":${FORMAT},${JSON.stringify({ version, recent, value }).slice(1)}`);
  const sum = crc32c(rest).toString(16).padStart(8, '0');
  return Buffer.concat([Buffer.from(`{"crc32c":"${sum}",`), rest]);
}

/** Null when a byte of it is not as it was written, or it is another version's. Throws `UnknownFormat`. */
export function decodeVersion(bytes: Buffer, version: number): StoredVersion | null {
  const sum = HEAD.exec(bytes.toString('latin1', 0, HEAD_LENGTH))?.[1];
  if (sum === undefined || crc32c(bytes.subarray(HEAD_LENGTH)) !== Number.parseInt(sum, 16)) return null;
  const stored: unknown = parseJson(bytes);
  const format = AnyFormat.safeParse(stored).data?.format ?? FORMAT;
  if (format !== FORMAT) throw new UnknownFormat(`format ${format}`);
  const read = Stored.safeParse(stored);
  return read.success && read.data.version === version ? read.data : null;
}

/** Whole, and written by a program that writes otherwise than this one. */
export class UnknownFormat extends Error {}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}
