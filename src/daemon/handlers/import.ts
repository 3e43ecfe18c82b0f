import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, resolve, sep } from 'node:path';
import { agentNamed, agents } from '../../agents/index.ts';
import { AppError } from '../../schema/app-error.ts';
import type { OutputOf, ParsedOf } from '../../schema/operation.ts';
import { namedLine } from '../lines.ts';
import { locate } from '../repository.ts';
import { placeOf } from '../transcripts/connected.ts';
import { openTranscript, type Take } from '../transcripts/file-reader.ts';
import { foundAt, keptBy, type Source } from '../transcripts/sources.ts';
import type { LiveWorkspace } from '../workspaces.ts';
import type { Engine, Handler } from './handler.ts';

type Report = OutputOf<'import.run'>;
type Wanted = ParsedOf<'import.run'>;

/** The workspace that work in a directory (null: a file that does not say) goes into; null: not into this import. */
type Destination = (directory: string | null) => Promise<LiveWorkspace | null>;

const blankReport = (): Report => ({
  workspaces: [],
  files: 0,
  unchanged: 0,
  unrecognised: [],
  unbound: [],
  bytes: 0,
  lines: 0,
  appended: 0,
  duplicates: 0,
  skipped: 0,
  damaged: 0,
  unknown: {},
  kinds: {},
  durationMs: 0,
});

export const runImport: Handler<'import.run'> = async (input, context, engine) => {
  const startedAt = engine.now();
  if (input.all && input.path !== undefined)
    throw new AppError('INVALID_ARGUMENT', 'either --all or a PATH, not both', {
      hint: 'hivemind import --all',
    });
  const report = blankReport();
  const destination = await destinationOf(input, engine);
  const sources = await findSources(input, destination, report);
  const total = sources.reduce((sum, { bytes }) => sum + bytes, 0);
  const touched = new Set<string>();
  for (const source of sources) {
    const message = `${source.agent.title}: ${basename(source.path)}`;
    const onProgress = (readBytes: number): void => {
      if (context.signal?.aborted) throw interrupted();
      context.onProgress?.({ message, done: report.bytes + readBytes, total });
    };
    await importFile({ source, destination, engine, report, touched, input, onProgress });
    report.files += 1;
    report.bytes += source.bytes;
  }
  return { ...report, workspaces: [...touched].sort(), durationMs: engine.now() - startedAt };
};

async function destinationOf(input: Wanted, engine: Engine): Promise<Destination> {
  const { registry } = engine.workspaces;
  const bound = async (directory: string) => (directory === '' ? null : registry.boundTo(directory));
  if (input.all && input.workspace === undefined)
    return async (directory) => {
      const owner = directory === null ? null : await bound(directory);
      return owner === null ? null : engine.workspaces.live(owner);
    };
  const live = await engine.workspaces.resolve(input);
  // A hook makes a branch that is not there; whoever types a name means one that is.
  if (input.branch !== undefined) namedLine(live.open, input.branch);
  if (input.path !== undefined) return async () => live;
  const root = input.all ? null : (await locate(input.cwd ?? homedir())).root;
  return async (directory) => {
    if (directory === null) return null;
    if (root !== null && isInside(directory, root)) return live;
    return (await bound(directory))?.id === live.open.workspace.id ? live : null;
  };
}

/** By its text: a directory that is gone by now still tells whose work it was. */
const isInside = (directory: string, root: string): boolean =>
  directory === root || directory.startsWith(root + sep);

async function findSources(input: Wanted, destination: Destination, report: Report): Promise<Source[]> {
  const agent = input.agent === undefined ? undefined : agentNamed(input.agent);
  if (input.path !== undefined) {
    const path = resolve(input.cwd ?? homedir(), input.path);
    const { sources, unrecognised } = await foundAt(path, agent);
    report.unrecognised = unrecognised;
    if (sources.length === 0) throw nothingAt(path, agent?.name);
    return sources;
  }
  const place = placeOf(input.environment);
  const wanted = agent === undefined ? Object.values(agents) : [agent];
  const all = await keptBy(wanted, (one) => one.transcripts.roots(place));
  const kept: Source[] = [];
  const unbound = new Map<string, number>();
  for (const source of all) {
    const isMany = (source.agent.transcripts.document?.(source.path) ?? null) !== null;
    if (isMany || (await destination(source.directory)) !== null) kept.push(source);
    else if (source.directory !== null)
      unbound.set(source.directory, (unbound.get(source.directory) ?? 0) + 1);
  }
  if (input.all) report.unbound = [...unbound].map(([directory, files]) => ({ directory, files }));
  else if (kept.length === 0) throw nothingKept(wanted.flatMap((one) => one.transcripts.roots(place)));
  return kept;
}

const nothingAt = (path: string, agent: string | undefined): AppError =>
  new AppError('NOT_FOUND', `no ${agent === undefined ? '' : `${agent} `}transcripts at ${path}`, {
    hint: 'hivemind import --all reads what the agents on this machine have kept',
  });

const nothingKept = (roots: readonly string[]): AppError =>
  new AppError('NOT_FOUND', `no transcripts of this workspace below ${roots.join(', ')}`, {
    hint: 'hivemind import PATH [--agent NAME]',
  });

const interrupted = (): AppError =>
  new AppError('ABORTED', 'the import was interrupted', {
    hint: 'run it again: what is there is not added twice',
  });

interface FileJob {
  source: Source;
  destination: Destination;
  engine: Engine;
  report: Report;
  touched: Set<string>;
  input: Wanted;
  /** Told how many bytes of the file were read. */
  onProgress: (readBytes: number) => void;
}

async function importFile(job: FileJob): Promise<void> {
  const { source, report, engine, input } = job;
  const { agent, path, bytes } = source;
  const { mtimeMs } = await stat(path);
  const known = engine.checkpoints.get(path);
  if (input.all && known?.whole === true && known.size === bytes && known.mtimeMs === mtimeMs) {
    report.unchanged += 1;
    return;
  }
  const transcript = openTranscript(agent, path, source.directory);
  const counts = await transcript.readOn(takerOf(job, Math.floor(mtimeMs)), { isWhole: true });
  report.lines += counts.lines;
  report.skipped += counts.skipped;
  report.damaged += counts.damaged;
  for (const [type, count] of Object.entries(transcript.unknown()))
    add(report.unknown, agent.name, type, count);
  if (input.all) engine.checkpoints.set(path, { size: bytes, mtimeMs, whole: true });
}

/** `at`: when the file was written, for what does not say when it was. */
function takerOf(job: FileJob, at: number): Take {
  const { source, destination, engine, report, touched, input, onProgress } = job;
  return async (directory, drafts, readBytes) => {
    const live = await destination(directory);
    onProgress(readBytes);
    if (live === null || drafts.length === 0) return;
    const cwd = directory ?? input.cwd ?? homedir();
    const dated = drafts.map((draft) => ({ ...draft, at: draft.at ?? at }));
    const { appended, duplicates, kept } = await engine.capture.drafts(live, cwd, dated, {
      branch: input.branch,
      isPast: true,
    });
    touched.add(live.open.workspace.name);
    report.appended += appended;
    report.duplicates += duplicates;
    for (const { type } of kept) add(report.kinds, source.agent.name, type, 1);
  };
}

function add(
  counts: Record<string, Record<string, number>>,
  agent: string,
  type: string,
  count: number,
): void {
  const own = counts[agent] ?? {};
  counts[agent] = own;
  own[type] = (own[type] ?? 0) + count;
}
