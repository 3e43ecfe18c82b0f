import type { SessionLink } from '../../schema/bodies/git.ts';
import type { Actor, DraftInput } from '../../schema/event.ts';
import { hash128, sessionId } from '../../schema/ids.ts';
import { gitAgent } from '../../schema/own-agents.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import type { Commit } from './commits.ts';

/** What every event of one report has. */
export interface Scene {
  open: OpenWorkspace;
  /** Root of the worktree. */
  root: string;
  branch: string | null;
  at: number;
}

interface About {
  sessions: readonly SessionLink[];
  paths: readonly string[];
  /** Key of what it changes; null: none is known. */
  patch: string | null;
}

/** As long as it must be for the index to know it as a hash, and to find it by seven digits as well. */
const short = (sha: string): string => sha.slice(0, 12);
const place = ({ branch }: Scene): string => (branch === null ? 'no branch' : branch);

const sharedBody = (scene: Scene, commit: Commit, { sessions, patch }: About) => ({
  sha: commit.sha,
  parents: commit.parents,
  branch: scene.branch,
  subject: commit.subject,
  author: commit.author,
  patch,
  sessions: [...sessions],
  worktree: scene.root,
});

function draft(
  { open, at }: Scene,
  type: string,
  identity: { nativeId: string; phase: string },
  rest: Pick<DraftInput, 'text' | 'body' | 'paths'> & { actor: Actor; sessions?: readonly SessionLink[] },
): DraftInput {
  const { sessions = [], ...fields } = rest;
  const [first] = sessions;
  return {
    type,
    agent: gitAgent,
    // One for the workspace: a commit that is told of twice, by whichever worktree, is one.
    session: sessionId(gitAgent, open.workspace.id),
    ...(first === undefined ? {} : { rootSession: first.session }),
    identity,
    at,
    ...fields,
  };
}

/** In whose name a commit stands: an agent's when it ran git, else its author's. */
function actorOf({ open }: Scene, commit: Commit, sessions: readonly SessionLink[]): Actor {
  const ran = sessions.find(({ by }) => by === 'command');
  const agent = ran === undefined ? undefined : open.owners.get(ran.session)?.agent;
  if (agent !== undefined) return { kind: 'agent', name: agent };
  return { kind: 'human', name: commit.author === '' ? 'unknown' : commit.author };
}

export const committedDraft = (
  scene: Scene,
  commit: Commit,
  about: About & { picked: string | null },
): DraftInput =>
  draft(
    scene,
    'git.committed',
    { nativeId: commit.sha, phase: 'committed' },
    {
      actor: actorOf(scene, commit, about.sessions),
      sessions: about.sessions,
      paths: [...about.paths],
      text: `commit ${short(commit.sha)} on ${place(scene)}: ${commit.subject}`,
      body: {
        ...sharedBody(scene, commit, about),
        ...(about.picked === null ? {} : { picked: about.picked }),
      },
    },
  );

export const rewrittenDraft = (
  scene: Scene,
  commit: Commit,
  about: About & { from: readonly string[]; how: 'amend' | 'rebase' },
): DraftInput =>
  draft(
    scene,
    'git.rewritten',
    { nativeId: commit.sha, phase: `rewritten ${hash128(...about.from)}` },
    {
      actor: { kind: 'human', name: commit.author === '' ? 'unknown' : commit.author },
      sessions: about.sessions,
      paths: [...about.paths],
      text: `commit ${short(commit.sha)} on ${place(scene)} in the place of ${about.from.slice(0, 20).map(short).join(', ')} (${about.how}): ${commit.subject}`,
      body: { ...sharedBody(scene, commit, about), from: [...about.from], how: about.how },
    },
  );

export const mergedDraft = (
  scene: Scene,
  commit: Commit,
  about: About & { squash: boolean; occasion: string },
): DraftInput =>
  draft(
    scene,
    'git.merged',
    { nativeId: commit.sha, phase: `merged ${about.occasion}` },
    {
      actor: actorOf(scene, commit, about.sessions),
      sessions: about.sessions,
      paths: [...about.paths],
      text: about.squash
        ? `merged (squash) into ${place(scene)} at ${short(commit.sha)}`
        : `merged into ${place(scene)}: commit ${short(commit.sha)}: ${commit.subject}`,
      body: { ...sharedBody(scene, commit, about), squash: about.squash },
    },
  );

export const switchedDraft = (
  scene: Scene,
  move: { from: string | null; to: string; occasion: string; actor: Actor },
): DraftInput =>
  draft(
    scene,
    'git.switched',
    { nativeId: move.occasion, phase: 'switched' },
    {
      actor: move.actor,
      paths: [],
      text:
        move.from === null
          ? `new worktree on ${place(scene)} at ${short(move.to)}`
          : `switched to ${place(scene)} at ${short(move.to)}`,
      body: { from: move.from, to: move.to, branch: scene.branch, worktree: scene.root },
    },
  );
