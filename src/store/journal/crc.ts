/** Castagnoli's polynomial with its bits reversed (RFC 3720, appendix B.4). */
const polynomial = 0x82f63b78;

/**
 * Eight tables of 256, one after the other: the n-th says what a byte does to the sum n bytes later. So eight bytes
 * cost eight look-ups that do not wait for each other. Every acknowledged byte passes here: byte by byte the sum was
 * three quarters of what a group of events cost to encode.
 */
const table = makeTable();

/** CRC-32C (Castagnoli) over the parts, one after the other; an unsigned 32-bit number. */
export function crc32c(...parts: Uint8Array[]): number {
  let sum = -1;
  for (const part of parts) sum = update(sum, part);
  return (sum ^ -1) >>> 0;
}

function update(before: number, bytes: Uint8Array): number {
  const whole = bytes.length - (bytes.length % 8);
  let sum = before;
  let i = 0;
  for (; i < whole; i += 8) {
    const low =
      sum ^
      (byte(bytes, i) | (byte(bytes, i + 1) << 8) | (byte(bytes, i + 2) << 16) | (byte(bytes, i + 3) << 24));
    sum =
      look(0x700 + (low & 255)) ^
      look(0x600 + ((low >>> 8) & 255)) ^
      look(0x500 + ((low >>> 16) & 255)) ^
      look(0x400 + (low >>> 24)) ^
      look(0x300 + byte(bytes, i + 4)) ^
      look(0x200 + byte(bytes, i + 5)) ^
      look(0x100 + byte(bytes, i + 6)) ^
      look(byte(bytes, i + 7));
  }
  for (; i < bytes.length; i++) sum = look((sum ^ byte(bytes, i)) & 255) ^ (sum >>> 8);
  return sum;
}

function byte(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

function look(index: number): number {
  return table[index] ?? 0;
}

function makeTable(): Int32Array {
  const made = new Int32Array(8 * 256);
  for (let start = 0; start < 256; start++) {
    let sum = start;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ polynomial : sum >>> 1;
    made[start] = sum;
  }
  for (let i = 256; i < made.length; i++) {
    const sum = made[i - 256] ?? 0;
    made[i] = (made[sum & 255] ?? 0) ^ (sum >>> 8);
  }
  return made;
}
