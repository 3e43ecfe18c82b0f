import { Crc32c } from '@aws-crypto/crc32c';

/** CRC-32C (Castagnoli) over the parts, one after the other. */
export function crc32c(...parts: Uint8Array[]): number {
  const crc = new Crc32c();
  for (const part of parts) crc.update(part);
  return crc.digest();
}
