import { Mutex } from 'async-mutex';
import { parseReport } from '../../core/git/report.ts';
import type { DraftInput } from '../../schema/event.ts';
import type { OutputOf, ParsedOf } from '../../schema/operation.ts';
import type { Capture } from '../capture.ts';
import { everywhere, mainLine } from '../lines.ts';
import type { Log } from '../log.ts';
import { captureRule } from '../project-config.ts';
import { locate } from '../repository.ts';
import type { LiveWorkspace, Workspaces } from '../workspaces.ts';
import { readCommitted, readMerged, readSwitched } from './committing.ts';
import { addNotes } from './notes.ts';
import { readRewritten } from './rewriting.ts';
import type { Reading, Told } from './told.ts';
import { trailersFor } from './trailers.ts';

export interface GitCapture {
  workspaces: Workspaces;
  now: () => number;
  log: Log;
  drafts: Capture['drafts'];
}

type HookInput = ParsedOf<'capture.hook'>;
type HookOutput = OutputOf<'capture.hook'>;

const nothing: HookOutput = { workspace: null, placed: true, appended: 0, duplicates: 0, stdout: '' };

const queues = new Map<string, Mutex>();

/** What comes from one repository is worked on in its order: a rewrite builds upon the commits before it. */
function queueOf(directory: string): Mutex {
  const known = queues.get(directory);
  if (known !== undefined) return known;
  const queue = new Mutex();
  queues.set(directory, queue);
  return queue;
}

/** Takes in what bin/git-hook.sh reports: events of the workspace that the checkout is bound to. */
export async function captureGit(parts: GitCapture, input: HookInput): Promise<HookOutput> {
  const { workspaces, log, now } = parts;
  const report = parseReport(input.payload);
  if (report === null) return { ...nothing, placed: false };
  const bound = await workspaces.registry.boundTo(report.cwd);
  if (bound === null) return nothing;
  const [place, rule] = await Promise.all([locate(report.cwd), captureRule(report.cwd, log)]);
  if (!place.git || !rule.capture) return { ...nothing, workspace: bound.id };
  const live = await workspaces.live(bound);
  const { open } = live;
  const at = input.at ?? now();
  const told: Told = {
    report,
    // Whose work a commit is does not depend on the branch of the memory; only ids of sessions are taken from it.
    where: { open, spans: everywhere(open), root: place.root },
    scene: { open, root: place.root, branch: report.branch, at },
    isKept: (path) => !rule.excludes([path]),
    occasion: input.delivery ?? `${at}`,
  };
  if (report.hook === 'prepare-commit-msg')
    return { ...nothing, workspace: bound.id, stdout: await trailersFor(told, now()) };
  return queueOf(place.directory).runExclusive(() => takeIn(parts, live, told, input));
}

async function takeIn(
  parts: GitCapture,
  live: LiveWorkspace,
  told: Told,
  input: HookInput,
): Promise<HookOutput> {
  const { drafts, notes } = await read(told);
  const count = await append(parts, live, told, drafts, input);
  if (live.open.settings.current.commits !== 'off')
    await addNotes(told.where.root, notes).catch((error) => parts.log.error('no note of a commit', error));
  return { ...nothing, workspace: live.open.workspace.id, ...count };
}

function read(told: Told): Promise<Reading> {
  switch (told.report.hook) {
    case 'post-commit':
      return readCommitted(told);
    case 'post-rewrite':
      return readRewritten(told);
    case 'post-merge':
      return readMerged(told);
    default:
      return readSwitched(told);
  }
}

/** Of a long rebase so many events go at a time. */
const batch = 500;

async function append(
  { drafts }: GitCapture,
  live: LiveWorkspace,
  { where }: Told,
  all: readonly DraftInput[],
  { branch, delivery }: HookInput,
): Promise<{ appended: number; duplicates: number }> {
  const { open } = live;
  const total = { appended: 0, duplicates: 0 };
  const isOwned = ({ rootSession }: DraftInput): boolean => rootSession !== undefined;
  // Where each session has a branch of its own, what is nobody's is everybody's.
  const rest = open.settings.current.branching === 'session' ? (branch ?? mainLine(open).name) : branch;
  for (const [some, on] of [
    [all.filter(isOwned), branch],
    [all.filter((one) => !isOwned(one)), rest],
  ] as const)
    for (let at = 0; at < some.length; at += batch) {
      const part = delivery === undefined ? {} : { delivery: `${delivery}.${on ?? ''}.${at}` };
      const done = await drafts(live, where.root, some.slice(at, at + batch), { branch: on, ...part });
      total.appended += done.appended;
      total.duplicates += done.duplicates;
    }
  return total;
}
