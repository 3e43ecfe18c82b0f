import { Draft } from '../schema/event.ts';
import { sessionId } from '../schema/ids.ts';
import type { Cut } from '../schema/view.ts';
import type { OpenWorkspace } from './open-workspace.ts';

/**
 * What this writer has seen of others and has not said yet, as a draft; null when there is nothing new. It stands
 * before whatever may build on it, so that the view of every event can be recovered.
 */
export function observation({ store, observed, workspace }: OpenWorkspace): Draft | null {
  const others = store.writers().filter((writer) => writer !== store.writer);
  if (others.length === 0) return null;
  const said = observed.get(store.writer)?.seen ?? {};
  const seen: Cut = {};
  for (const writer of others) seen[writer] = store.seenUpTo(writer);
  if (others.every((writer) => (said[writer] ?? 0) >= (seen[writer] ?? 0))) return null;
  return Draft.parse({
    type: 'writer.observed',
    agent: 'hivemind',
    session: sessionId('hivemind', workspace.id),
    identity: { nativeId: `${store.writer} ${store.lastSeq() + 1}`, phase: 'observed' },
    actor: { kind: 'daemon', name: 'hivemind' },
    body: { seen },
  });
}
