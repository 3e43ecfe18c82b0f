import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits, fit for an address, a cookie and a header. */
export const makeSecret = (): string => randomBytes(32).toString('base64url');

/** What is kept of a secret in its place: how long a look-up by it takes tells nothing about the secret. */
export const digestOf = (secret: string): string => hash('sha256', secret);

/** Takes as long whether they differ or not, and wherever. */
export const isSame = (a: string, b: string): boolean =>
  timingSafeEqual(Buffer.from(digestOf(a)), Buffer.from(digestOf(b)));
