import { replacements } from '../../core/git/report.ts';
import { unite } from '../../core/git/session-lines.ts';
import { authorsOfCommit } from './changes.ts';
import { runGit } from './command.ts';
import { readCommits } from './commits.ts';
import { readCommit } from './committing.ts';
import { rewrittenDraft } from './drafts.ts';
import { factsAbout } from './links.ts';
import { moveNotes } from './notes.ts';
import { patchesOf } from './patches.ts';
import { keptPaths, nothingRead, type Reading, type Told, unnamed } from './told.ts';

/** The latest of the old commits have the others in their histories. */
const mostOld = 1000;
/** Most commits that somebody makes by hand while a rebase waits for him. */
const mostByHand = 200;

/** What came of an amended commit, or of a rebase: whoever made the old commits made the new ones. */
export async function readRewritten(told: Told): Promise<Reading> {
  const { report, where, scene } = told;
  const replaced = replacements(report.pairs);
  const how = report.args[0] === 'amend' ? 'amend' : 'rebase';
  if (replaced.size === 0) return nothingRead();
  const [made, old] = await Promise.all([
    readCommits(where.root, [...replaced.keys()]),
    readCommits(where.root, [...new Set(report.pairs.map(({ from }) => from))]),
  ]);
  const before = new Map(old.map((commit) => [commit.sha, commit]));
  const facts = await factsAbout(where.open, where.spans, [...replaced.keys(), ...before.keys()]);
  const paths = await keptPaths(
    told,
    made.map(({ sha }) => sha),
  );
  const patches = await patchesOf(
    where.root,
    made.map(({ sha }) => sha),
  );
  const reading = nothingRead();
  for (const commit of made) {
    const own = paths.get(commit.sha);
    if (own === undefined) continue;
    const from = replaced.get(commit.sha) ?? [];
    const patch = patches.get(commit.sha) ?? null;
    const earlier = from.flatMap((sha) => before.get(sha) ?? []);
    // A conflict was settled, or more was put in: that is somebody's work as well.
    const isNew = how === 'rebase' && !from.some((sha) => patch !== null && facts.patchOf(sha) === patch);
    const sessions = unite(
      facts.of(commit),
      ...earlier.map((one) => facts.of(one)),
      isNew && from.length === 1 ? await authorsOfCommit(where, commit, own, new Map()) : [],
    );
    reading.drafts.push(rewrittenDraft(scene, commit, { sessions, paths: own, patch, from, how }));
    reading.notes.set(commit.sha, unnamed(commit, sessions));
  }
  for (const sha of how === 'rebase' ? await madeByHand(told, replaced) : []) {
    const { drafts, notes } = await readCommit(told, sha, null);
    reading.drafts.push(...drafts);
    for (const [one, sessions] of notes) reading.notes.set(one, sessions);
  }
  if (where.open.settings.current.commits !== 'off') await moveNotes(where.root, report.pairs);
  return reading;
}

/** Commits among the new ones that stand for none: somebody made them while the rebase had stopped. */
async function madeByHand(
  { report, where }: Told,
  replaced: ReadonlyMap<string, readonly string[]>,
): Promise<string[]> {
  if (report.onto === null || report.head === null) return [];
  // What was there before is not new, whether it was picked again or left as it was.
  const old = report.pairs.slice(-mostOld).map(({ from }) => `^${from}\n`);
  const input = `${report.head}\n^${report.onto}\n${old.join('')}`;
  const listed = await runGit(where.root, ['rev-list', '--reverse', '--no-merges', '--stdin'], { input });
  const shas = (listed ?? '').split('\n').filter((sha) => sha !== '' && !replaced.has(sha));
  return shas.slice(0, mostByHand);
}
