import { v7 as uuidv7 } from 'uuid';
import { estimateTokens } from '../../core/cards.ts';
import { claimNote, lostNote, type ToldClaim } from '../../core/claims/note-text.ts';
import { sharedPaths } from '../../core/claims/overlap.ts';
import { RecallInjected } from '../../schema/bodies/recall.ts';
import { Draft } from '../../schema/event.ts';
import { branchName, everywhere } from '../lines.ts';
import type { Log } from '../log.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { heldClaims, lostClaims, rootOf } from './held.ts';
import { claimablePaths } from './paths.ts';
import type { Claiming } from './take.ts';

/** What agents are told of claims, each session of each once. */
export interface ClaimNotes {
  /** Beside a call that is about to change these files; empty when nobody else has claimed them. */
  beforeEdit(edit: {
    session: string;
    branch: string;
    cwd: string;
    paths: readonly string[];
  }): Promise<string>;
  /** That the session has lost claims which it took while the bucket was out of reach. */
  ofLost(asked: { session: string; branch: string }): Promise<string>;
}

/** Sessions of which it is in memory what they were told. */
const mostSessions = 1_000;
/** Claims that one note speaks of. */
const mostTold = 3;

export function createClaimNotes(live: Claiming, log: Log): ClaimNotes {
  const { open, now } = live;
  const told = new Map<string, Promise<Set<string>>>();

  const toldTo = (session: string): Promise<Set<string>> => {
    const known = told.get(session) ?? readTold(open, session);
    told.delete(session);
    told.set(session, known);
    const [oldest] = told.keys();
    if (told.size > mostSessions && oldest !== undefined) told.delete(oldest);
    known.catch(() => told.delete(session));
    return known;
  };

  /** Those that the session has not been told of; from now on it has. */
  const untold = async <T extends { id: string }>(session: string, claims: readonly T[]): Promise<T[]> => {
    if (claims.length === 0) return [];
    const known = await toldTo(session);
    const fresh = claims.filter(({ id }) => !known.has(id)).slice(0, mostTold);
    for (const { id } of fresh) known.add(id);
    return fresh;
  };

  const beforeEdit: ClaimNotes['beforeEdit'] = async ({ session, branch, cwd, paths }) => {
    const startedAt = performance.now();
    const root = rootOf(open, session);
    const others = heldClaims(open, now()).filter(
      (claim) => claim.session !== root && claim.paths.length > 0,
    );
    if (others.length === 0 || paths.length === 0) return '';
    const wanted = await claimablePaths(cwd, paths);
    const met = others.flatMap((claim): (ToldClaim & { id: string })[] => {
      const shared = sharedPaths(wanted, claim.paths);
      const name = claim.branch === null ? null : branchName(open, claim.branch);
      return shared.length === 0 ? [] : [{ id: claim.id, claim, paths: shared, branch: name }];
    });
    const fresh = await untold(root, met);
    if (fresh.length === 0) return '';
    const text = claimNote(fresh, { now: now(), workspace: open.workspace.name });
    const ids = fresh.map(({ id }) => id);
    note(live, log, { session: root, branch, text, ids, ms: performance.now() - startedAt });
    return text;
  };

  const ofLost: ClaimNotes['ofLost'] = async ({ session, branch }) => {
    const startedAt = performance.now();
    const root = rootOf(open, session);
    const mine = lostClaims(open, now()).filter((claim) => claim.session === root);
    const lost = mine.map((claim) => ({ ...claim, id: lostKey(claim.id) }));
    const fresh = await untold(root, lost);
    if (fresh.length === 0) return '';
    const text = lostNote(fresh, { workspace: open.workspace.name });
    const ids = fresh.map(({ id }) => id);
    note(live, log, { session: root, branch, text, ids, ms: performance.now() - startedAt });
    return text;
  };

  return { beforeEdit, ofLost };
}

const lostKey = (id: string): string => `lost ${id}`;

async function readTold(open: OpenWorkspace, session: string): Promise<Set<string>> {
  const events = await open.store.find({
    spans: everywhere(open),
    sessions: [session],
    types: ['recall.injected'],
  });
  return new Set(
    events.flatMap(({ body }) => {
      const injected = RecallInjected.safeParse(body);
      return injected.success && injected.data.claims !== undefined ? injected.data.claims : [];
    }),
  );
}

/** Writes down what was told; the agent does not wait for the disk. */
function note(
  { open, appender, now }: Claiming,
  log: Log,
  {
    session,
    branch,
    text,
    ids,
    ms,
  }: { session: string; branch: string; text: string; ids: string[]; ms: number },
): void {
  const tokens = estimateTokens(text);
  const draft = Draft.parse({
    type: 'recall.injected',
    agent: 'hivemind',
    session,
    identity: { nativeId: uuidv7(), phase: 'injected' },
    actor: { kind: 'daemon', name: 'hivemind' },
    at: now(),
    text: `told ${tokens} tokens (claim)`,
    body: { channel: 'claim', tokens, ms: Math.round(ms * 10) / 10, cards: [], claims: ids },
  });
  appender
    .append([draft], { branch })
    .catch((error) => log.error('a note was not recorded', error, { workspace: open.workspace.id }));
}
