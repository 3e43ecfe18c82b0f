import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { damagedBackup, notABackup } from './format.ts';

/** What a zstd frame begins with (RFC 8878, 3.1.1). */
const zstdMagic = 0xfd2fb528;

/** What a frame begins with that every zstd reader passes over (RFC 8878, 3.1.2). */
const skippableMagic = 0x184d2a5a;

/** Magic u32, length of the rest u32, bytes before the seal u64, CRC-32 of these u32; all little-endian. */
const sealBytes = 20;

function sealOf(size: number, crc: number): Buffer {
  const seal = Buffer.alloc(sealBytes);
  seal.writeUInt32LE(skippableMagic, 0);
  seal.writeUInt32LE(sealBytes - 8, 4);
  seal.writeBigUInt64LE(BigInt(size), 8);
  seal.writeUInt32LE(crc, 16);
  return seal;
}

/**
 * Lets compressed bytes through and puts a seal behind them: Node's zstd reader notices neither that the last bytes of a
 * frame are missing nor that something follows it.
 */
export async function* sealed(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let size = 0;
  let crc = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    crc = crc32(chunk, crc);
    yield chunk;
  }
  yield sealOf(size, crc);
}

/** Reads a backup's bytes and compares them with its seal. Returns how many come before it. */
export async function checkSeal(path: string, onBytes: (readBytes: number) => void): Promise<number> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const head = Buffer.alloc(4);
    await handle.read(head, 0, 4, 0);
    if (head.readUInt32LE(0) !== zstdMagic) throw notABackup(path);
    const seal = Buffer.alloc(sealBytes);
    const content = size - sealBytes;
    await handle.read(seal, 0, sealBytes, Math.max(0, content));
    if (content < 1 || !sealOf(content, seal.readUInt32LE(16)).equals(seal))
      throw damagedBackup(path, 'its end is not where it was written');
    let crc = 0;
    let read = 0;
    for await (const chunk of handle.createReadStream({ start: 0, end: content - 1, autoClose: false })) {
      crc = crc32(chunk, crc);
      read += chunk.length;
      onBytes(read);
    }
    if (crc !== seal.readUInt32LE(16)) throw damagedBackup(path, 'its bytes are not those that were written');
    return content;
  } finally {
    await handle.close();
  }
}
