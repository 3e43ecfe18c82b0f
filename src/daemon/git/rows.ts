import type { SessionRecord } from '../../core/records/session.ts';
import type { Scope } from '../../core/scope.ts';
import type { SessionLink } from '../../schema/bodies/git.ts';
import type { CommitRow } from '../../schema/operations/git.ts';
import type { Span } from '../../schema/view.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import type { Commit } from './commits.ts';
import { commitFacts, factsAbout, sessionsThatRan } from './links.ts';
import { patchesOf } from './patches.ts';

/** From where commits are looked at: what is not seen from there is not told of their sessions. */
export interface Viewer {
  open: OpenWorkspace;
  scope: Scope;
  spans: readonly Span[];
  sessions: ReadonlyMap<string, SessionRecord>;
  now: number;
}

/** A session that has said nothing for so long is over, even if it did not say so. */
const quietMs = 60 * 60_000;

/** Commits with the sessions that they come from, as they are shown. */
export async function rowsOf(viewer: Viewer, root: string, commits: readonly Commit[]): Promise<CommitRow[]> {
  const { open, spans } = viewer;
  const facts = await factsAbout(
    open,
    spans,
    commits.map(({ sha }) => sha),
  );
  const known = new Map(commits.map((commit) => [commit.sha, facts.of(commit)]));
  const unknown = commits.filter(({ sha, parents }) => known.get(sha)?.length === 0 && parents.length < 2);
  const patches = await patchesOf(
    root,
    unknown.map(({ sha }) => sha),
  );
  const all = patches.size === 0 ? facts : await commitFacts(open, spans);
  for (const commit of unknown) {
    const patch = patches.get(commit.sha) ?? null;
    const alike = patch === null ? [] : all.ofPatch(patch);
    const ran = alike.length > 0 ? [] : await sessionsThatRan(open, spans, commit);
    known.set(commit.sha, [...alike, ...ran.slice(0, 1).map(({ link }) => link)]);
  }
  return commits.map(({ sha, subject, author, committedAt: at }) => {
    const sessions = (known.get(sha) ?? []).map((link) => sessionRow(viewer, link));
    return { sha, subject, author, at, sessions };
  });
}

function sessionRow({ sessions, now }: Viewer, { session, by }: SessionLink): CommitRow['sessions'][number] {
  const record = sessions.get(session);
  if (record === undefined) return { session, by, agent: null, title: '', outcome: 'unknown', failures: 0 };
  const isRunning = record.endedAt === null && now - record.lastAt < quietMs;
  return {
    session,
    by,
    agent: record.agent,
    title: record.title,
    outcome: isRunning ? 'running' : 'ended',
    failures: record.failures,
  };
}
