import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { connect } from '@lancedb/lancedb';

/** Something whose bytes may stand nowhere, in any of its forms. */
export interface Needle {
  name: string;
  secret: string;
}

/** How a secret may stand in bytes: as it is, percent-encoded, in JSON, in base64 at each place of a triple. */
function formsOf(secret: string): string[] {
  const base64 = [0, 1, 2].map((lead) => {
    const encoded = Buffer.from('\0'.repeat(lead) + secret, 'latin1').toString('base64');
    return encoded.slice(Math.ceil((lead * 8) / 6), Math.floor(((lead + secret.length) * 8) / 6));
  });
  const url = base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), ...base64, ...url];
  return [...new Set(forms)].filter((form) => form.length >= 8);
}

/** Returns a function that names the needles which stand in some bytes; each byte is looked at once. */
export function createSearch(needles: readonly Needle[]): (bytes: Buffer) => string[] {
  const byBeginning = new Map<number, { name: string; form: Buffer }[]>();
  for (const { name, secret } of needles)
    for (const form of formsOf(secret).map((one) => Buffer.from(one))) {
      const beginning = form.readUInt32LE(0);
      byBeginning.set(beginning, [...(byBeginning.get(beginning) ?? []), { name, form }]);
    }
  return (bytes) => {
    const found = new Set<string>();
    for (let at = 0; at + 8 <= bytes.length; at += 1) {
      const here = byBeginning.get(bytes.readUInt32LE(at));
      if (here === undefined) continue;
      for (const { name, form } of here)
        if (bytes.subarray(at, at + form.length).equals(form)) found.add(name);
    }
    return [...found];
  };
}

const zstdMagic = 0xfd2fb528;

function bytesAt(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** All that is stored below a folder: names, bytes, decompressed bytes, and the rows of every LanceDB table. */
export async function* storedBytes(root: string): AsyncGenerator<{ path: string; bytes: Buffer }> {
  const tables = new Set<string>();
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const path = join(root, name);
    yield { path: `the name ${name}`, bytes: Buffer.from(name) };
    // A running daemon writes beside a file and renames: what is gone by now is under its own name, which is read as well.
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory() && name.endsWith('.lance')) tables.add(path);
    const bytes = found?.isFile() ? bytesAt(path) : null;
    if (bytes === null) continue;
    yield { path: name, bytes };
    if (bytes.length > 4 && bytes.readUInt32LE(0) === zstdMagic)
      yield { path: `${name}, decompressed`, bytes: zstdDecompressSync(bytes) };
  }
  for (const path of tables) {
    const db = await connect(dirname(path));
    const table = await db.openTable(path.slice(dirname(path).length + 1, -'.lance'.length));
    const rows = await table.query().toArray();
    const json = JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    yield { path: `the rows of ${path}`, bytes: Buffer.from(json) };
    db.close();
  }
}

/** Where needles stand below a folder, and how much was read. */
export async function searchDisk(
  root: string,
  needles: readonly Needle[],
): Promise<{ found: string[]; bytes: number; files: number }> {
  const search = createSearch(needles);
  const found: string[] = [];
  const read = { bytes: 0, files: 0 };
  for await (const { path, bytes } of storedBytes(root)) {
    read.bytes += bytes.length;
    read.files += 1;
    for (const name of search(bytes)) found.push(`${name} in ${path}`);
  }
  return { found, ...read };
}
