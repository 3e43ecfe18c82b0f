import type { Basis } from '../../schema/bodies/record.ts';
import type { Convention, Decision } from '../../schema/records.ts';
import type { Deed } from './deed.ts';
import type { Scene } from './input.ts';
import { freshness } from './line.ts';
import { touch, type Work } from './work.ts';

/** Something that may be told, with what it is worth and why. */
export interface Scored<T> {
  one: T;
  /** Tells it from all others: what is worth the same stands in this order. */
  key: string;
  value: number;
  reason: string;
}

/** What is known that touches the work, or is new; the best first. */
export interface Known {
  conventions: Scored<Convention>[];
  /** How many conventions stand. */
  standing: number;
  decisions: Scored<Decision>[];
  attempts: Scored<Deed>[];
  notes: Scored<Deed>[];
}

/** Most that is thought of in one section: what is worth less than these would never be told. */
const mostThoughtOf = 30;
const mostConventions = 200;

/** Untouched by the work a decision is told for so long because it is new. */
const newMs = 14 * 86_400_000;
/** Freshness below which a note that does not touch the work is old. */
const leastFresh = 0.25;

export function knownFor(scene: Scene, work: Work): Known {
  const conventions = conventionsFor(scene, work);
  return {
    conventions: bestOf(conventions, mostConventions),
    standing: conventions.length,
    decisions: bestOf(decisionsFor(scene, work)),
    attempts: bestOf(attemptsFor(scene, work)),
    notes: bestOf(notesFor(scene, work)),
  };
}

/** What these rest on, by the event that recorded it. */
export const basesOf = ({ conventions, decisions, attempts, notes }: Known): Map<string, Basis> =>
  new Map(
    [
      ...[...conventions, ...decisions].map(({ one }) => ({ id: one.event, basis: one.basis })),
      ...[...attempts, ...notes].map(({ one }) => ({ id: one.id, basis: one.basis })),
    ].flatMap(({ id, basis }): [string, Basis][] => (basis === null ? [] : [[id, basis]])),
  );

/** All of them stand in every brief: this only says which come first where there is no room. */
const conventionsFor = ({ conventions, now }: Scene, work: Work): Scored<Convention>[] =>
  conventions
    .filter(({ state }) => state === 'standing')
    .map((one) => {
      const about = touch(work, { owner: one, text: `${one.name} ${one.rule}`, paths: one.paths });
      const value = about.value + freshness(one.updatedAt, now);
      return { one, key: one.key, value, reason: about.reason || 'a convention: every brief has it' };
    });

const decisionsFor = ({ decisions, now }: Scene, work: Work): Scored<Decision>[] =>
  decisions.flatMap((one): Scored<Decision>[] => {
    if (one.state !== 'standing') return [];
    const about = touch(work, { owner: one, text: `${one.subject} ${one.choice}`, paths: one.paths });
    const isContested = one.contested.length > 0;
    if (about.value === 0 && now - one.updatedAt >= newMs && !isContested) return [];
    const value = 3 + about.value + 2 * freshness(one.updatedAt, now) + (isContested ? 3 : 0);
    return [
      { one, key: one.key, value, reason: about.reason || (isContested ? 'contested' : 'decided lately') },
    ];
  });

const attemptsFor = (scene: Scene, work: Work): Scored<Deed>[] =>
  deedsOf(scene, 'attempt')
    .filter(({ outcome }) => outcome !== 'worked')
    .map((one) => {
      const about = touch(work, { owner: one, text: `${one.text} ${one.why}`, paths: one.paths });
      const value = 2.5 + about.value + 2 * freshness(one.at, scene.now);
      return { one, key: one.id, value, reason: about.reason || 'one of the latest attempts that failed' };
    });

const notesFor = (scene: Scene, work: Work): Scored<Deed>[] =>
  deedsOf(scene, 'note').flatMap((one): Scored<Deed>[] => {
    const about = touch(work, { owner: one, text: one.text, paths: one.paths });
    const fresh = freshness(one.at, scene.now);
    if (about.value === 0 && fresh < leastFresh) return [];
    return [{ one, key: one.id, value: 1.5 + about.value + fresh, reason: about.reason || 'noted lately' }];
  });

/** Those of others; after a compaction the reader's own too. */
const deedsOf = ({ deeds, moment, own }: Scene, what: Deed['what']): Deed[] =>
  deeds.filter((deed) => deed.what === what && (moment === 'compaction' || !own.has(deed.session)));

const bestOf = <T>(all: Scored<T>[], most = mostThoughtOf): Scored<T>[] =>
  all.sort((a, b) => b.value - a.value || (a.key < b.key ? -1 : 1)).slice(0, most);
