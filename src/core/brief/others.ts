import type { Session } from '../../schema/records.ts';
import { isoTime } from '../cards.ts';
import { quote, quotePath } from '../quote.ts';
import type { Deed } from './deed.ts';
import type { Scene } from './input.ts';
import { ago, type Candidate, joined, NAME, shortId, whoOf } from './line.ts';
import type { Work } from './work.ts';

/** A session is at work while something of it is not older than this. */
const activeMs = 15 * 60_000;
const FILES_OF_SESSION = 4;
/** What is thought of, of what is told half. */
const FAILURES = 12;
const FILES = 24;

const newestFirst = (a: Deed, b: Deed): number => b.at - a.at || (a.id < b.id ? 1 : -1);

const editedBy = (edits: readonly Deed[]): string[] => [...new Set(edits.flatMap(({ paths }) => paths))];

/** The files that a session edited, but for those of its claims: these are told in a line of their own. */
function editedBeside(
  { claims }: Scene,
  edits: ReadonlyMap<string, readonly Deed[]>,
): (one: Session) => string[] {
  const held = claims.filter(({ state }) => state === 'held');
  return ({ id }) => {
    const claimed = new Set(held.flatMap(({ session, paths }) => (session === id ? paths : [])));
    return editedBy(edits.get(id) ?? []).filter((path) => !claimed.has(path));
  };
}

function editsText(files: readonly string[]): string {
  const shown = files.slice(0, FILES_OF_SESSION).map((path) => quotePath(path, 60));
  const more = files.length > shown.length ? ` and ${files.length - shown.length} more` : '';
  return shown.length === 0 ? '' : `edited ${shown.join(', ')}${more}`;
}

/** Sessions of others, by when something of them was seen last. */
function othersIn({ sessions, own, session }: Scene): Session[] {
  return sessions
    .filter(({ id, parent, events }) => (session === null || !own.has(id)) && parent === null && events > 0)
    .sort((a, b) => b.lastAt - a.lastAt || (a.id < b.id ? -1 : 1));
}

/** What others do at this moment, what they hold, and what they did lately. */
export function otherLines(scene: Scene, work: Work): Candidate[] {
  const { now, deeds, own } = scene;
  const edits = Map.groupBy(
    deeds.filter(({ what, session }) => what === 'edit' && !own.has(session)).sort(newestFirst),
    ({ session }) => session,
  );
  // Of somebody who only asked or noted something there is nothing to say.
  const others = othersIn(scene).filter(
    ({ id, title, failures }) => title !== '' || failures > 0 || edits.has(id),
  );
  const filesOf = editedBeside(scene, edits);
  const isActive = ({ lastAt, endedAt }: Session): boolean => endedAt === null && now - lastAt < activeMs;
  const active = others.filter(isActive).map(
    (one, at): Candidate => ({
      section: 'now',
      text: joined(
        `* ${quote(one.agent, NAME)}`,
        quote(one.title, 120) || 'untitled',
        editsText(filesOf(one)),
        ago(one.lastAt, now),
        shortId(one.id),
      ),
      value: 7 * 0.9 ** at,
      reason: 'at work in the last 15 minutes',
    }),
  );
  const earlier = others
    .filter((one) => !isActive(one))
    .map(
      (one, at): Candidate => ({
        section: 'sessions',
        text: sessionText(one, filesOf(one), now),
        value: 5 * 0.8 ** at,
        reason: 'one of the latest sessions',
      }),
    );
  return [...claimLines(scene, work), ...active, ...earlier];
}

const sessionText = (one: Session, files: readonly string[], now: number): string =>
  joined(
    `* ${quote(one.agent, NAME)}`,
    `${one.endedAt === null ? 'open, last seen' : 'ended'} ${ago(one.lastAt, now)} (${isoTime(one.lastAt)})`,
    quote(one.title, 140) || 'untitled',
    one.failures > 0 ? `${one.failures} failures` : '',
    editsText(files),
    shortId(one.id),
  );

function claimLines({ claims, now, session, agent }: Scene, { paths }: Work): Candidate[] {
  return claims
    .filter((claim) => claim.state === 'held' && claim.paths.length > 0)
    .filter((claim) => (claim.session === null ? claim.holder !== agent : claim.session !== session))
    .map((claim): Candidate => {
      const isNear = claim.paths.some((path) => paths.has(path));
      return {
        section: 'now',
        text: joined(
          `* ${quote(claim.holder, NAME)} is editing ${claim.paths
            .slice(0, 3)
            .map((path) => quotePath(path, 60))
            .join(', ')}${claim.paths.length > 3 ? ` and ${claim.paths.length - 3} more` : ''}`,
          quote(claim.why, 80),
          ago(claim.createdAt, now),
          claim.standing === 'provisional' ? 'provisional' : '',
        ),
        value: isNear ? 9 : 5,
        reason: isNear ? 'claimed, and part of this work' : 'claimed by somebody else',
      };
    });
}

/** What failed lately, and the files that were edited last, each with who touched it last. */
export function recentLines({ deeds, own, now, moment }: Scene): Candidate[] {
  const seen = deeds.filter(({ session }) => moment === 'compaction' || !own.has(session)).sort(newestFirst);
  const failures = seen
    .filter(({ what }) => what === 'failure')
    .slice(0, FAILURES)
    .map(
      (deed, at): Candidate => ({
        section: 'failures',
        text: joined(
          `* ${whoOf(deed)}`,
          ago(deed.at, now),
          deed.status,
          `${quote(deed.text, 120)} → ${quote(deed.why, 160)}`,
          shortId(deed.id),
        ),
        value: 5 * 0.8 ** at,
        reason: 'failed lately',
      }),
    );
  const last = new Map<string, Deed>();
  for (const deed of seen)
    if (deed.what === 'edit' && last.size < FILES)
      for (const path of deed.paths) if (!last.has(path)) last.set(path, deed);
  const files = [...last].map(
    ([path, deed], at): Candidate => ({
      section: 'files',
      text: joined(`* ${quotePath(path, 100)}`, whoOf(deed), ago(deed.at, now)),
      value: 2.5 * 0.88 ** at,
      reason: 'edited lately',
    }),
  );
  return [...failures, ...files];
}
