import { readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { sessionsIn, unite } from '../../core/git/session-lines.ts';
import type { SessionLink } from '../../schema/bodies/git.ts';
import { sessionsOfCallers } from './authorship.ts';
import { authorsOfStaged } from './changes.ts';
import { runGit } from './command.ts';
import { readCommits } from './commits.ts';
import { factsAbout } from './links.ts';
import type { Told } from './told.ts';

/** A longer message is no message. */
const mostBytes = 1 << 20;

/** Sessions that the message of the coming commit is to name, a line for each; empty where the workspace wants none. */
export async function trailersFor(told: Told, now: number): Promise<string> {
  const { report, where, isKept } = told;
  if (where.open.settings.current.commits !== 'trailer') return '';
  const gitDir = resolve(where.root, report.gitDir);
  const [message, staged, melted] = await Promise.all([
    readMessage(told, gitDir),
    authorsOfStaged(where, report.index, isKept, now),
    meltedSessions(told, gitDir),
  ]);
  const said = sessionsIn(message).map((session) => ({ session, by: 'trailer' as const }));
  const sessions = unite(sessionsOfCallers(where.open, report.callers), staged, melted, said);
  return sessions.map(({ session }) => session).join('\n');
}

/** The message as it is now. What is not a file below git's own directory is nobody's message. */
async function readMessage({ report, where }: Told, gitDir: string): Promise<string> {
  const [path] = report.args;
  if (path === undefined) return '';
  try {
    const [real, inside] = await Promise.all([realpath(resolve(where.root, path)), realpath(gitDir)]);
    if (!real.startsWith(inside + sep) || (await stat(real)).size > mostBytes) return '';
    return await readFile(real, 'utf8');
  } catch {
    return '';
  }
}

/** Sessions of the commits that go into this one: picked, amended, or melted together by a rebase. */
async function meltedSessions({ report, where }: Told, gitDir: string): Promise<SessionLink[]> {
  const names = report.picked === null ? [] : [report.picked];
  const done = await readFile(join(gitDir, 'rebase-merge', 'done'), 'utf8').catch(() => '');
  const last = /^(?:squash|fixup|s|f) (?:-[cC] )?([0-9a-f]{4,64})\b/.exec(
    done.trimEnd().split('\n').at(-1) ?? '',
  );
  // The message of what is amended may have been replaced, and its trailers with it.
  if (last?.[1] !== undefined) names.push(last[1], 'HEAD');
  if (report.args[1] === 'commit') names.push('HEAD');
  const shas: string[] = [];
  for (const name of names) {
    const sha = await runGit(where.root, [
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${name}^{commit}`,
    ]);
    if (sha !== null) shas.push(sha.trim());
  }
  if (shas.length === 0) return [];
  const facts = await factsAbout(where.open, where.spans, shas);
  return unite(...(await readCommits(where.root, shas)).map((commit) => facts.of(commit)));
}
