/**
 * Embeds in the folder given, through every step that writes: HIVEMIND_FAILPOINT says where it is to be killed. Begins
 * where the one before was killed, and prints DONE at its end.
 */
import { Embeddings } from '../../src/store/embeddings.ts';
import { doJob } from '../../src/store/job.ts';
import { createRandom } from './random.ts';
import { embedded, writersOf } from './vectors.ts';

const [, , directory = '', last = '400'] = process.argv;
const writer = writersOf[0] ?? '';
const vectors = await Embeddings.open({
  directory,
  model: 'm',
  dims: 8,
  runJob: doJob,
  closeRows: 60,
  onDropped: (table) => process.stdout.write(`dropped ${table}\n`),
});
const covered = vectors.covered();
for (let seq = 1; seq <= Number(last); seq += 1) {
  if (covered.has(writer, seq)) continue;
  const row = embedded(createRandom(seq), writer, seq, 8);
  await vectors.add(vectors.has(row.event.id) ? [] : [row], { [writer]: [[seq, seq]] });
  if (seq % 20 !== 0) continue;
  await vectors.flush();
  await vectors.upkeep(new AbortController().signal);
}
await vectors.close();
process.stdout.write('DONE\n');
