import type { InputOf } from '../../../../schema/operation.ts';
import { call } from '../../api.ts';
import type { Where } from '../../where.tsx';
import type { Choice, ReplaySource } from './source.ts';

export type ServedSubject = Pick<InputOf<'replay.show'>, 'session' | 'whole'>;

/** The steps as the daemon tells them. */
export function servedSource(where: Where, subject: ServedSubject, choice: Choice): ReplaySource {
  const asked = { ...where, ...subject, only: [...choice.only], agents: [...choice.agents] };
  return {
    page: (after, limit, signal) => call('replay.show', { ...asked, after, limit }, signal),
    knowledge: async (after, signal) =>
      (await call('replay.show', { ...asked, after, limit: 1, state: true }, signal)).state,
    find: async (sought, from, direction, signal) => {
      const said = Object.fromEntries(Object.entries(sought).filter(([, value]) => value !== undefined));
      // A text is looked for a stretch at a time, so that one can turn to something else in between.
      for (let next = from; ; ) {
        const { step, searched, order } = await call(
          'replay.find',
          { ...asked, ...said, from: next, direction },
          signal,
        );
        if (step !== null || searched === null) return { step, order };
        next = searched;
      }
    },
    lanes: (buckets, signal) => call('replay.lanes', { ...asked, buckets }, signal),
    place: async (event, signal) => (await call('replay.find', { ...asked, event }, signal)).step,
    branch: async (name, event) =>
      (await call('branch.create', { workspace: where.workspace, name, from: event })).branch.name,
    knowledgeNote: null,
  };
}
