import type { GitReport } from '../../core/git/report.ts';
import type { SessionLink } from '../../schema/bodies/git.ts';
import type { DraftInput } from '../../schema/event.ts';
import type { Where } from './changes.ts';
import { type Commit, pathsOfCommits } from './commits.ts';
import type { Scene } from './drafts.ts';

/** A report of git with what it is about. */
export interface Told {
  report: GitReport;
  where: Where;
  scene: Scene;
  /** Whether a path below the root may be captured. */
  isKept: (path: string) => boolean;
  /** Tells this report from another one that says the same. */
  occasion: string;
}

/** What one report comes to: events, and for each commit the sessions that its note is to name. */
export interface Reading {
  drafts: DraftInput[];
  notes: Map<string, string[]>;
}

export const nothingRead = (): Reading => ({ drafts: [], notes: new Map() });

/** Sessions that a commit does not name itself. */
export const unnamed = ({ trailers }: Commit, sessions: readonly SessionLink[]): string[] =>
  sessions.map(({ session }) => session).filter((session) => !trailers.includes(session));

/** Paths of commits that may be captured; a commit that is about excluded files only is left out. */
export async function keptPaths(
  { where, isKept }: Pick<Told, 'where' | 'isKept'>,
  shas: readonly string[],
): Promise<Map<string, string[]>> {
  const all = await pathsOfCommits(where.root, shas);
  const kept = new Map<string, string[]>();
  for (const sha of shas) {
    const paths = all.get(sha) ?? [];
    const some = paths.filter(isKept);
    if (some.length > 0 || paths.length === 0) kept.set(sha, some);
  }
  return kept;
}
