import { queryText } from '../../core/embed-text.ts';
import { cosine } from '../../core/vectors.ts';
import type { Embedder } from '../../embedders/index.ts';
import { AppError } from '../../schema/app-error.ts';
import { EmbedderSettings } from '../../schema/embedder.ts';
import type { OutputOf, ParsedOf } from '../../schema/operation.ts';
import type { Workspace } from '../../schema/records.ts';
import { embeddedOnDisk } from '../../store/embeddings.ts';
import type { LiveWorkspace, Workspaces } from '../workspaces.ts';
import type { Engine, Handler } from './handler.ts';
import { watched } from './watch.ts';

export const setEmbedder: Handler<'embedder.set'> = (input, context, { embedder }) =>
  watched(context, async ({ signal, onProgress }) => {
    const settings = settingsOf(input);
    onProgress?.({ message: beginningOf(settings), done: 0, total: 0 });
    const before = embedder.current()?.checked.id ?? null;
    const checked = await embedder.set(settings, signal);
    return {
      provider: settings.provider,
      model: settings.model ?? settings.path,
      dims: checked?.dims ?? null,
      changed: checked !== null && checked.id !== before,
      warnings: warningsOf(settings),
    };
  });

function settingsOf(input: ParsedOf<'embedder.set'>): EmbedderSettings {
  if (input['key-env'] !== undefined && input['key-file'] !== undefined)
    throw new AppError('INVALID_ARGUMENT', 'the key is in one place: --key-env or --key-file');
  const { provider, pooling, download } = input;
  return EmbedderSettings.parse({
    provider,
    pooling,
    download,
    url: input.url ?? null,
    model: input.model ?? null,
    path: input.path ?? null,
    dims: input.dims ?? null,
    keyEnv: input['key-env'] ?? null,
    keyFile: input['key-file'] ?? null,
    queryPrefix: input['query-prefix'],
    documentPrefix: input['document-prefix'],
    quantised: input.dtype ?? null,
  });
}

const beginningOf = ({ provider }: EmbedderSettings): string =>
  provider === 'transformers' ? 'installing transformers.js, and asking the model' : 'asking the embedder';

/** What works, and should be known all the same. */
function warningsOf({ url, keyEnv, keyFile }: EmbedderSettings): string[] {
  const at = url === null ? null : URL.parse(url);
  if (at === null || at.protocol !== 'http:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(at.hostname))
    return [];
  const what = keyEnv === null && keyFile === null ? 'texts go' : 'texts and the key go';
  return [`${what} to ${at.host} unencrypted`];
}

export const showEmbedder: Handler<'embedder.status'> = async (
  _input,
  _context,
  { embedder, workspaces },
) => {
  const current = embedder.current();
  const live = new Map((await workspaces.opened()).map((one) => [one.open.workspace.id, one]));
  const all = workspaces.registry.list();
  const states = all.map((workspace) =>
    stateOf(workspace, live.get(workspace.id), workspaces, current?.checked.id),
  );
  return {
    ...shownOf(embedder),
    url: current?.checked.settings.url ?? null,
    id: current?.checked.id ?? null,
    error: embedder.trouble(),
    workspaces: await Promise.all(states),
  };
};

async function stateOf(
  workspace: Workspace,
  live: LiveWorkspace | undefined,
  { registry }: Workspaces,
  model: string | undefined,
): Promise<OutputOf<'embedder.status'>['workspaces'][number]> {
  const { name } = workspace;
  if (live === undefined) {
    const found = await embeddedOnDisk(registry.directoryOf(workspace));
    const embedded = found !== null && found.model === model ? found.embedded : 0;
    const nothing = { waiting: null, perSecond: null, sizeBytes: null, error: null };
    return { workspace: name, open: false, embedded, ...nothing };
  }
  const { embedded, waiting, error } = live.meaning.state();
  const perSecond = live.embedding.perSecond();
  return {
    workspace: name,
    open: true,
    embedded,
    waiting,
    perSecond: perSecond === null ? null : Math.round(perSecond * 10) / 10,
    sizeBytes: await live.meaning.sizeBytes(),
    error,
  };
}

function shownOf(
  embedder: Engine['embedder'],
): Pick<OutputOf<'embedder.status'>, 'provider' | 'model' | 'dims'> {
  const checked = embedder.current()?.checked;
  if (checked === undefined) return { provider: 'none', model: null, dims: null };
  const { provider, model, path } = checked.settings;
  return { provider, model: model ?? path, dims: checked.dims };
}

/** The first two mean the same in other words; the third has nothing to do with them. */
const sentences = [
  'the login test fails because the request times out',
  'signing in does not work in the test: no answer in time',
  'a recipe for bread with rye flour and honey',
] as const;

export const testEmbedder: Handler<'embedder.test'> = (input, context, { embedder }) =>
  watched(context, async ({ signal, onProgress }) => {
    onProgress?.({ message: 'asking the embedder', done: 0, total: 0 });
    const current = embedder.current();
    if (current === null)
      throw new AppError('FAILED_PRECONDITION', embedder.trouble() ?? 'no embedder is set', {
        hint: 'hivemind embedder set --help',
      });
    const text = queryText(input.text ?? sentences[0]);
    const [near, far] = await comparePairs(current.embedder, signal);
    const startedAt = performance.now();
    await current.embedder.embed([text], 'query', signal);
    const ms = Math.round((performance.now() - startedAt) * 10) / 10;
    return { ...shownOf(embedder), dims: current.embedder.dims, ms, near, far, text };
  });

async function comparePairs(embedder: Embedder, signal: AbortSignal): Promise<[near: number, far: number]> {
  const [asked] = await embedder.embed([sentences[0]], 'query', signal);
  const [alike, other] = await embedder.embed([sentences[1], sentences[2]], 'document', signal);
  if (asked === undefined || alike === undefined || other === undefined)
    throw new AppError('UNAVAILABLE', 'the embedder gave no vectors');
  const rounded = (a: Float32Array, b: Float32Array): number => Math.round(cosine(a, b) * 1000) / 1000;
  return [rounded(asked, alike), rounded(asked, other)];
}
