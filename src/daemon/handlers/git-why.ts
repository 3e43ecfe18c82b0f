import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isBelowPath } from '../../core/attempts/about.ts';
import { type LinePlace, placeOf } from '../../core/git/edited-lines.ts';
import type { Event } from '../../schema/event.ts';
import type { OutputOf, ParsedOf } from '../../schema/operation.ts';
import type { AttemptRow } from '../../schema/operations/attempt.ts';
import { createHolding } from '../basis.ts';
import { type Commit, logCommits, namesOf, readCommits } from '../git/commits.ts';
import { sessionsThatRan } from '../git/links.ts';
import { checkoutOfWorkspace } from '../git/of-workspace.ts';
import { originOf, told } from '../git/origin.ts';
import { rowsOf, type Viewer } from '../git/rows.ts';
import { anchorOf, type FoundAnchor } from '../recall/anchor.ts';
import { inTurn } from '../turns.ts';
import { findAttempts, rowOf } from './attempt.ts';
import { viewerOf } from './git-log.ts';
import type { Handler } from './handler.ts';

export const explainGit: Handler<'git.why'> = async (input, _context, engine) => {
  const live = await engine.workspaces.resolve(input);
  const root = await checkoutOfWorkspace(live, input.cwd);
  const now = engine.now();
  const anchor = await anchorOf(input.where, input.cwd ?? root, now, input.cwd === undefined);
  const viewer = await viewerOf(live, input, now);
  return inTurn(() => explain(viewer, { root, anchor, input }));
};

interface Asked {
  root: string;
  anchor: FoundAnchor;
  input: ParsedOf<'git.why'>;
}

async function explain(viewer: Viewer, asked: Asked): Promise<OutputOf<'git.why'>> {
  const { anchor, input, root } = asked;
  const isCommit = anchor.path === null;
  const commits = await commitsOf(asked);
  const rows = await rowsOf(viewer, root, commits);
  const origin = await originFor(
    viewer,
    asked,
    commits[0],
    rows[0]?.sessions.map(({ session }) => session) ?? [],
  );
  const ruledOut = isCommit ? [] : await ruledOutFor(viewer, asked);
  const output = {
    workspace: viewer.open.workspace.name,
    path: anchor.path,
    line: anchor.number,
    text: anchor.line ?? null,
    committed: isCommit || commits.length > 0,
    commits: rows,
    origin: origin === null ? null : await told(viewer, origin),
    ruledOut: ruledOut.slice(0, input.limit),
  };
  return { ...output, note: noteOf(output) };
}

/** The commit of a line, or the latest of a file, through its earlier names. */
async function commitsOf({ root, anchor, input }: Asked): Promise<Commit[]> {
  if (anchor.path === null || anchor.number !== null)
    return anchor.commit === undefined ? [] : readCommits(root, [anchor.commit]);
  return (await logCommits(root, { path: anchor.path, follow: true, limit: input.limit })) ?? [];
}

/** The edit that wrote the line; where it was not captured, the call that made its commit. */
async function originFor(
  viewer: Viewer,
  { root, anchor }: Asked,
  commit: Commit | undefined,
  sessions: readonly string[],
): Promise<Event | null> {
  const place = await placeIn(root, anchor);
  const { paths, until } = anchor;
  const edit = place === null ? null : await originOf(viewer, { paths, place, until, sessions });
  if (edit !== null || commit === undefined || (anchor.path !== null && anchor.number === null)) return edit;
  const [ran] = await sessionsThatRan(viewer.open, viewer.spans, commit);
  if (ran === undefined) return null;
  const [event] = await viewer.open.store.find({ spans: viewer.spans, ids: [ran.event] });
  return event ?? null;
}

/** A larger file is not read for the neighbours of one line. */
const mostBytes = 8 << 20;

async function placeIn(root: string, { path, number, line }: FoundAnchor): Promise<LinePlace | null> {
  if (path === null || number === null) return null;
  const file = join(root, path);
  const alone = line === undefined ? null : placeOf([line], 1);
  try {
    if ((await stat(file)).size > mostBytes) return alone;
    return placeOf((await readFile(file, 'utf8')).split('\n'), number) ?? alone;
  } catch {
    return alone;
  }
}

/** What was tried about the file until then and did not stay, the newest first. */
async function ruledOutFor(
  { open, scope, spans }: Viewer,
  { root, anchor, input }: Asked,
): Promise<AttemptRow[]> {
  const filter = { spans, types: ['memory.attempted'], until: anchor.until };
  const found = new Map<string, Promise<AttemptRow>>();
  const holding = createHolding(root);
  const names = anchor.path === null || anchor.number !== null ? [] : await namesOf(root, anchor.path);
  for (const path of new Set([...anchor.paths, ...names]))
    for (const { event, body } of await findAttempts(open, filter, { about: path, outcome: undefined })) {
      const isAbout = event.paths.some((one) => isBelowPath(one, path) || isBelowPath(path, one));
      const isReplaced = open.replaced.seenFrom(scope, event.id) !== null;
      if (!isAbout || isReplaced || body.outcome === 'worked' || found.has(event.id)) continue;
      found.set(
        event.id,
        holding(body.state).then((holds) => rowOf(open, event, body, holds)),
      );
      if (found.size >= input.limit) break;
    }
  return Promise.all(found.values());
}

function noteOf({
  line,
  origin,
  commits,
  committed,
  path,
}: Pick<OutputOf<'git.why'>, 'line' | 'origin' | 'commits' | 'committed' | 'path'>): string {
  const notes: string[] = [];
  if (!committed)
    notes.push(line === null ? 'the file is in no commit yet' : 'the line is not committed yet');
  if (line !== null && origin === null) notes.push('no captured edit wrote it');
  if (line !== null && origin !== null && origin.type !== 'file.edited')
    notes.push('no captured edit wrote it: this is the call that committed it');
  if (committed && commits.every(({ sessions }) => sessions.length === 0))
    notes.push(`no session is known for ${path === null || line !== null ? 'the commit' : 'these commits'}`);
  return notes.join('; ');
}
