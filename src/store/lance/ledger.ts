import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { listTree } from '../durable.ts';

/** What a sealed table's folder held when it was sealed: LanceDB itself keeps no checksums of files. */
export const Ledger = z.object({
  table: z.string(),
  rows: z.number().int().nonnegative(),
  files: z.array(z.object({ path: z.string(), sizeBytes: z.number().int(), crc: z.number().int() })),
});
export type Ledger = z.infer<typeof Ledger>;

/** Null when it is damaged: the table is then checked by what LanceDB itself says. */
export function parseLedger(text: Buffer): Ledger | null {
  try {
    return Ledger.parse(JSON.parse(text.toString('utf8')));
  } catch {
    return null;
  }
}

/** Lance writes hints for itself anew whenever it likes. */
const isHint = (path: string): boolean => path.endsWith('.json');

export async function makeLedger(directory: string, table: string, rows: number): Promise<Ledger> {
  const { files } = await listTree(directory);
  const entries: Ledger['files'] = [];
  for (const path of files.filter((name) => !isHint(name)).sort()) {
    const { size } = await stat(path);
    entries.push({ path: relative(directory, path), sizeBytes: size, crc: await checksumOfFile(path) });
  }
  return { table, rows, files: entries };
}

/** Files of up to so many bytes are read whole at every start: LanceDB does not come back from some damaged indexes. */
const smallBytes = 256 * 1024;

/** What is wrong with a table's folder, as far as sizes and the content of small files tell: cheap enough for every start. */
export async function checkSizes(directory: string, { files }: Ledger): Promise<string[]> {
  const problems = await Promise.all(
    files.map(async ({ path, sizeBytes, crc }) => {
      const found = await sizeOf(join(directory, path));
      if (found !== sizeBytes) return sizeProblem(path, found, sizeBytes);
      if (!isSmall({ path, sizeBytes })) return [];
      return crc32(await readFile(join(directory, path))) === crc ? [] : [`${path} is not what was written`];
    }),
  );
  return problems.flat();
}

/** The same with the content of every file. */
export async function checkContents(directory: string, ledger: Ledger): Promise<string[]> {
  const problems = await checkSizes(directory, ledger);
  for (const { path, sizeBytes, crc } of ledger.files) {
    const file = join(directory, path);
    if ((await sizeOf(file)) !== sizeBytes || isSmall({ path, sizeBytes })) continue;
    if ((await checksumOfFile(file)) !== crc) problems.push(`${path} is not what was written`);
  }
  return problems;
}

const isSmall = ({ path, sizeBytes }: { path: string; sizeBytes: number }): boolean =>
  sizeBytes <= smallBytes || path.endsWith('.manifest');

const sizeProblem = (path: string, found: number | null, sizeBytes: number): string[] => [
  found === null ? `${path} is missing` : `${path} has ${found} bytes, not ${sizeBytes}`,
];

const sizeOf = (path: string): Promise<number | null> =>
  stat(path).then(
    ({ size }) => size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    },
  );

async function checksumOfFile(path: string): Promise<number> {
  let sum = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) sum = crc32(chunk, sum);
  return sum;
}
