import { createReadStream } from 'node:fs';
import { homedir } from 'node:os';
import { basename, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Agent } from '../../agents/agent.ts';
import { agentNamed } from '../../agents/index.ts';
import { AppError } from '../../schema/app-error.ts';
import type { DraftInput } from '../../schema/event.ts';
import type { OutputOf, ParsedOf } from '../../schema/operation.ts';
import { namedLine } from '../lines.ts';
import { locate } from '../repository.ts';
import { listTranscripts, onlyOf, type Transcript } from '../transcripts.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import type { Engine, Handler } from './handler.ts';

/** Drafts that are appended in one go. */
const batchSize = 500;

type Report = OutputOf<'import.run'>;

export const runImport: Handler<'import.run'> = async (input, context, engine) => {
  const startedAt = engine.now();
  const agent = agentNamed(input.agent);
  const cwd = input.cwd ?? homedir();
  const live = await engine.workspaces.resolve(input);
  // A hook makes a branch that is not there; whoever types a name means one that is.
  if (input.branch !== undefined) namedLine(live.open, input.branch);
  const sources = await findSources(agent, input, cwd, live, engine);
  const report: Report = {
    workspace: live.open.workspace.name,
    files: 0,
    bytes: 0,
    lines: 0,
    appended: 0,
    duplicates: 0,
    skipped: 0,
    damaged: 0,
    kinds: {},
    durationMs: 0,
  };
  const total = sources.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const source of sources) {
    const onBatch = (readBytes: number): void => {
      if (context.signal?.aborted) throw interrupted();
      context.onProgress?.({ message: basename(source.path), done: report.bytes + readBytes, total });
    };
    const { branch } = input;
    await importFile({ agent, source, live, engine, report, cwd, branch, onBatch });
    report.files += 1;
    report.bytes += source.bytes;
  }
  return { ...report, durationMs: engine.now() - startedAt };
};

/** What is named; without a path every transcript of work in this checkout and in others of the same workspace. */
async function findSources(
  agent: Agent,
  { path, environment }: ParsedOf<'import.run'>,
  cwd: string,
  live: LiveWorkspace,
  engine: Engine,
): Promise<Transcript[]> {
  const roots =
    path === undefined ? agent.transcripts.roots({ userHome: homedir(), environment }) : [resolve(cwd, path)];
  const all = (await Promise.all(roots.map((root) => listTranscripts(agent, root)))).flat();
  const { id } = live.open.workspace;
  const isOurs = async (directory: string): Promise<boolean> =>
    (await engine.workspaces.registry.boundTo(directory))?.id === id;
  const sources = path === undefined ? await onlyOf(all, (await locate(cwd)).root, isOurs) : all;
  if (sources.length > 0) return sources;
  const what = path === undefined ? 'transcripts of this workspace below' : 'transcripts at';
  throw new AppError('NOT_FOUND', `no ${agent.name} ${what} ${roots.join(', ')}`, {
    hint: `hivemind import PATH --agent ${agent.name}`,
  });
}

const interrupted = (): AppError =>
  new AppError('ABORTED', 'the import was interrupted', {
    hint: 'run it again: what is there is not added twice',
  });

interface FileJob {
  agent: Agent;
  source: Transcript;
  live: LiveWorkspace;
  engine: Engine;
  report: Report;
  cwd: string;
  branch: string | undefined;
  /** Told how many bytes of the file were read. */
  onBatch: (readBytes: number) => void;
}

async function importFile(job: FileJob): Promise<void> {
  const { agent, source, live, engine, report, cwd, branch, onBatch } = job;
  const reader = agent.transcripts.reader(source.path);
  let batch: DraftInput[] = [];
  const flush = async (): Promise<void> => {
    const { appended, duplicates, kept } = await engine.capture.drafts(live, source.directory ?? cwd, batch, {
      branch,
      isPast: true,
    });
    report.appended += appended;
    report.duplicates += duplicates;
    for (const draft of kept) report.kinds[draft.type] = (report.kinds[draft.type] ?? 0) + 1;
    batch = [];
    onBatch(stream.bytesRead);
  };
  const stream = createReadStream(source.path, 'utf8');
  const lines = createInterface({
    input: stream,
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  try {
    for await (const line of lines) {
      if (line.trim() === '') continue;
      report.lines += 1;
      const drafts = readLine(reader.line, line);
      if (drafts === 'damaged') report.damaged += 1;
      else if (drafts === null) report.skipped += 1;
      else batch.push(...drafts);
      if (batch.length >= batchSize) await flush();
    }
  } finally {
    stream.destroy();
  }
  batch.push(...reader.end());
  await flush();
}

function readLine(
  read: (text: string) => DraftInput[] | null,
  line: string,
): DraftInput[] | null | 'damaged' {
  try {
    return read(line);
  } catch (error) {
    if (error instanceof SyntaxError) return 'damaged';
    throw error;
  }
}
