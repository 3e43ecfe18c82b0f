import { z } from 'zod';
import { type FieldsRow, writeFields } from '../fields/fields-writer.ts';
import { fieldsColumns } from './found-rows.ts';
import { hasHeads } from './heads.ts';
import type { Tables } from './tables.ts';
import { repeatedTexts, textBytes, textLists, texts } from './texts.ts';

/** Writes the stored fields of a sealed table to a file. */
export const FieldsJob = z.object({ table: z.string(), path: z.string() });
export type FieldsJob = z.infer<typeof FieldsJob>;

/** False for a table that has no heads, of which no file is made. Values are copied as they are: each head is checked against its text by whoever reads it. */
export async function buildFields(tables: Tables, { table: name, path }: FieldsJob): Promise<boolean> {
  const table = await tables.open(name);
  try {
    if (!hasHeads(await table.schema())) return false;
    const query = table
      .query()
      .select([...fieldsColumns, 'writer', 'seq', 'turn', 'hlc', 'paths'])
      .withRowId();
    const rows = async function* (): AsyncGenerator<FieldsRow[]> {
      for await (const batch of query) {
        const readers = fieldsColumns.map((column) => textBytes(batch, column));
        const [rowIds, seqs, turns] = ['_rowid', 'seq', 'turn'].map((name) => batch.getChild(name));
        const [writerOf, hlcOf] = [repeatedTexts(batch, 'writer'), texts(batch, 'hlc')];
        const pathsOf = textLists(batch, 'paths');
        yield Array.from({ length: batch.numRows }, (_, at) => ({
          rowId: rowIds?.get(at) as bigint,
          writer: writerOf(at),
          seq: Number(seqs?.get(at)),
          values: readers.map((read) => read(at)),
          turn: turns?.get(at) as string | null,
          hlc: hlcOf(at),
          paths: pathsOf(at),
        }));
      }
    };
    await writeFields(path, { table: name, columns: fieldsColumns }, rows());
    return true;
  } finally {
    table.close();
  }
}
