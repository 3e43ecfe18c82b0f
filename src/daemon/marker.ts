import { createHmac } from 'node:crypto';
import type { Marker } from '../core/redact.ts';

/** Hex digits of a mark: enough to tell the secrets of one machine apart, too few to keep a secret in. */
const markDigits = 8;

/**
 * Marks of redacted secrets: the first 32 bits of an HMAC-SHA-256 over the secret under this machine's key. The word
 * before it keeps marks apart from the fact keys that are made with the same key.
 */
export const createMarker =
  (key: Buffer): Marker =>
  (secret) =>
    createHmac('sha256', key).update('mark:').update(secret).digest('hex').slice(0, markDigits);
