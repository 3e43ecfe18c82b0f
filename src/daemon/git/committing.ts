import { shaOf } from '../../core/git/report.ts';
import { unite } from '../../core/git/session-lines.ts';
import type { Actor } from '../../schema/event.ts';
import { hash128 } from '../../schema/ids.ts';
import { headOf } from '../repository.ts';
import { sessionsOfCallers } from './authorship.ts';
import { authorsOfCommit } from './changes.ts';
import { runGit } from './command.ts';
import { type Commit, readCommits } from './commits.ts';
import { committedDraft, mergedDraft, switchedDraft } from './drafts.ts';
import { factsAbout } from './links.ts';
import { patchesOf } from './patches.ts';
import { keptPaths, nothingRead, type Reading, type Told, unnamed } from './told.ts';

/** The commit of HEAD, as it was when the hook ran. */
const headAt = ({ report, where }: Told): Promise<string | null> =>
  report.head === null ? headOf(where.root) : Promise.resolve(report.head);

export async function readCommitted(told: Told): Promise<Reading> {
  const sha = await headAt(told);
  return sha === null ? nothingRead() : readCommit(told, sha, told.report.picked);
}

/** The event of one commit; none when the commit is gone, or is about excluded files only. */
export async function readCommit(told: Told, sha: string, picked: string | null): Promise<Reading> {
  const { report, where, scene } = told;
  const [commit] = await readCommits(where.root, [sha]);
  const paths = (await keptPaths(told, [sha])).get(sha);
  if (commit === undefined || paths === undefined) return nothingRead();
  const [source] = picked === null ? [] : await readCommits(where.root, [picked]);
  const facts = await factsAbout(where.open, where.spans, picked === null ? [sha] : [sha, picked]);
  const sessions = unite(
    await authorsOfCommit(where, commit, paths, report.callers),
    facts.of(commit),
    source === undefined ? [] : facts.of(source),
  );
  const patch = await patchOfCommit(where.root, commit);
  return {
    drafts: [committedDraft(scene, commit, { sessions, paths, patch, picked })],
    notes: new Map([[sha, unnamed(commit, sessions)]]),
  };
}

const patchOfCommit = async (root: string, { sha, parents }: Commit): Promise<string | null> =>
  parents.length > 1 ? null : ((await patchesOf(root, [sha])).get(sha) ?? null);

export async function readMerged(told: Told): Promise<Reading> {
  const { report, where, scene, occasion } = told;
  const sha = await headAt(told);
  const [commit] = sha === null ? [] : await readCommits(where.root, [sha]);
  if (commit === undefined) return nothingRead();
  const paths = (await keptPaths(told, [commit.sha])).get(commit.sha);
  if (paths === undefined) return nothingRead();
  const squash = report.args[0] === '1';
  // A commit that was only pulled is the work of whoever made it.
  const isMade = commit.parents.length > 1 && !squash;
  const sessions = isMade ? sessionsOfCallers(where.open, report.callers) : [];
  const about = { sessions, paths: squash ? [] : paths, patch: null, squash };
  return {
    drafts: [mergedDraft(scene, commit, { ...about, occasion: squash ? occasion : hash128(where.root) })],
    notes: new Map([[commit.sha, unnamed(commit, sessions)]]),
  };
}

export async function readSwitched(told: Told): Promise<Reading> {
  const { report, scene, occasion } = told;
  const [previous, next] = report.args;
  const to = shaOf(next);
  if (to === null) return nothingRead();
  const move = { from: shaOf(previous), to, occasion, actor: await mover(told) };
  return { ...nothingRead(), drafts: [switchedDraft(scene, move)] };
}

/** The agent that ran git, else the person that git knows. */
async function mover({ report, where }: Told): Promise<Actor> {
  const [ran] = sessionsOfCallers(where.open, report.callers);
  const agent = ran === undefined ? undefined : where.open.owners.get(ran.session)?.agent;
  if (agent !== undefined) return { kind: 'agent', name: agent };
  const name = (await runGit(where.root, ['config', 'user.name']))?.trim().slice(0, 200);
  return { kind: 'human', name: name || 'unknown' };
}
