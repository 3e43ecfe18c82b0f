/** The process that holds a model: what it is to load comes as JSON in the first argument, texts and vectors go over IPC. */
import { toAppError } from '../schema/app-error.ts';
import type { ChildReply, ChildRequest, ModelSpec } from './child.ts';

type EmbedAll = (texts: readonly string[]) => Promise<ArrayLike<number>[]>;

async function load(spec: ModelSpec): Promise<EmbedAll> {
  if (spec.kind === 'model2vec') {
    const { loadStaticModel } = await import('./static-model.ts');
    const model = await loadStaticModel(spec.directory);
    return async (texts) => texts.map(model.embed);
  }
  const { loadTransformer } = await import('./transformer-model.ts');
  return loadTransformer(spec);
}

const loading = load(JSON.parse(process.argv[2] ?? '') as ModelSpec);
// Told to each who asks.
loading.catch(() => undefined);

const answer = async ({ id, texts }: ChildRequest): Promise<ChildReply> => {
  try {
    const vectors = await (await loading)(texts);
    return { id, vectors: vectors.map((vector) => Float32Array.from(vector)) };
  } catch (error) {
    return { id, error: toAppError(error).toJSON() };
  }
};

// One after the other: two at once would only share the processors.
let last: Promise<unknown> = Promise.resolve();
process.on('message', (request: ChildRequest) => {
  last = last.then(async () => process.send?.(await answer(request)));
});
// Nobody waits for what an orphan makes.
process.on('disconnect', () => process.exit(0));
