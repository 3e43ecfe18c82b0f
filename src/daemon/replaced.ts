import { kindOfType } from '../core/records/kinds.ts';
import { fieldsOf, keyOf } from '../core/records/registers.ts';
import type { Draft } from '../schema/event.ts';
import { scopeOf } from './lines.ts';
import type { OpenWorkspace } from './open-workspace.ts';

/**
 * Returns a function that gives a record's draft what it replaces: the values that are seen from its branch at this
 * moment, also those of events that were stamped with it and are not folded yet.
 */
export function createReplaced(
  open: OpenWorkspace,
): (draft: Draft, branch: string, id: string) => Draft['body'] {
  /** Branch, record and field → the event in this group that wrote it last. */
  const latest = new Map<string, string>();
  return ({ type, body }, branch, id) => {
    const kind = kindOfType.get(type);
    if (kind === undefined) return body;
    const set = fieldsOf(kind, body.set);
    const key = keyOf(kind, body.key, set);
    if (key === null) return body;
    const state = open.registers.get(kind, key, scopeOf(open, branch));
    const over: Record<string, string[]> = {};
    for (const field of Object.keys(set)) {
      const place = JSON.stringify([branch, kind, key, field]);
      const before = latest.get(place);
      const seen =
        before === undefined ? (state?.fields[field]?.alive ?? []).map(({ event }) => event) : [before];
      if (seen.length > 0) over[field] = seen;
      latest.set(place, id);
    }
    return { ...body, key, over };
  };
}
