import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type EmbeddingTable, readManifest, writeManifest } from '../embeddings-manifest.ts';
import { embeddingsFolder, manifestPath, tableName } from '../embeddings-open.ts';
import { buildEmbeddings } from '../lance/embeddings-build.ts';
import { openEmbeddingTables } from '../lance/embeddings-tables.ts';
import type { Forgetter } from './forgetter.ts';

/**
 * Makes the tables of vectors anew that hold vectors of what is forgotten; what was made of it stays counted as looked at,
 * so that no stub is embedded. Vectors that cannot be read are taken away: they are made again. Returns how many tables.
 */
export async function forgetVectors(directory: string, { touched }: Forgetter): Promise<number> {
  const folder = embeddingsFolder(directory);
  const path = manifestPath(directory);
  const manifest = await readManifest(path);
  if (manifest === null) {
    await rm(folder, { recursive: true, force: true });
    return 0;
  }
  const isTouched = ({ ranges }: EmbeddingTable): boolean => touched.meets(ranges);
  const wanted = manifest.tables.filter(isTouched);
  const kept = manifest.tables.filter((table) => !wanted.includes(table));
  let { next } = manifest;
  const tables = await openEmbeddingTables(folder);
  try {
    for (const { name, ranges } of wanted) {
      const output = tableName(manifest, next);
      next += 1;
      await tables.drop(output);
      const build = { directory: folder, inputs: [name], output, dims: manifest.dims };
      const built = await buildEmbeddings(tables, build, touched).catch(() => null);
      if (built === null) await tables.drop(output);
      // Without an entry its events are embedded anew, but for the stubs, which have nothing to embed.
      else kept.push({ name: output, ...built, state: 'sealed', ranges });
    }
    await writeManifest(path, { ...manifest, next, tables: kept });
  } finally {
    tables.close();
  }
  const live = new Set(kept.map(({ name }) => `${name}.lance`));
  for (const name of await readdir(folder))
    if (name.endsWith('.lance') && !live.has(name))
      await rm(join(folder, name), { recursive: true, force: true });
  return wanted.length;
}
