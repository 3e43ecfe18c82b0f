import type { SessionRecord } from '../../core/records/session.ts';
import type { SessionLink } from '../../schema/bodies/git.ts';
import type { CommitRow } from '../../schema/operations/git.ts';
import type { Span } from '../../schema/view.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import type { Commit } from './commits.ts';
import { commitFacts, sessionsThatRan } from './links.ts';

/** From where commits are looked at: what is not seen from there is not told of their sessions. */
export interface Viewer {
  open: OpenWorkspace;
  spans: readonly Span[];
  sessions: ReadonlyMap<string, SessionRecord>;
  now: number;
}

/** A session that has said nothing for so long is over, even if it did not say so. */
const quietMs = 60 * 60_000;

/** Commits with the sessions that they come from, as they are shown. */
export async function rowsOf(viewer: Viewer, commits: readonly Commit[]): Promise<CommitRow[]> {
  const facts = await commitFacts(viewer.open, viewer.spans);
  const rows: CommitRow[] = [];
  for (const commit of commits) {
    const known = facts.of(commit);
    const links =
      known.length > 0
        ? known
        : (await sessionsThatRan(viewer.open, viewer.spans, commit)).slice(0, 1).map(({ link }) => link);
    const { sha, subject, author, committedAt: at } = commit;
    rows.push({ sha, subject, author, at, sessions: links.map((link) => sessionRow(viewer, link)) });
  }
  return rows;
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
