import type { DraftInput } from '../../src/schema/event.ts';
import { sessionId } from '../../src/schema/ids.ts';
import type { World } from './world.ts';

/** An event with a hostile nonce, kept so that it can be looked at again when it is in LanceDB. */
export interface Sent {
  id: string;
  index: number;
  delivery: string;
  draft: DraftInput;
}

const agent = 'torture';

export const drafted = (session: string, nativeId: string): DraftInput => ({
  type: 'turn.replied',
  agent,
  session: sessionId(agent, session),
  identity: { nativeId, phase: 'done' },
  actor: { kind: 'agent', name: 'lane' },
});

/** What is stored is what was sent, whatever it was. */
export async function compare({ ask }: World, { id, draft }: Sent): Promise<string[]> {
  const shown = await ask('event.show', { workspace: 'left', id });
  if (shown.kind !== 'ok') return [`event.show ${id}: ${JSON.stringify(shown).slice(0, 300)}`];
  const { event } = shown.result;
  const failures: string[] = [];
  for (const [field, found, wanted] of [
    ['text', event.text, draft.text],
    ['paths', event.paths, draft.paths],
    ['actor', event.actor.name, draft.actor.name],
    ['body', sorted(event.body), sorted(draft.body ?? {})],
  ] as const) {
    const [is, was] = [JSON.stringify(found), JSON.stringify(wellFormed(wanted))];
    if (is !== was && !is.includes('redacted'))
      failures.push(`${field} ${was.slice(0, 150)} is ${is.slice(0, 150)}`);
  }
  return failures;
}

const sorted = (body: Record<string, unknown>): unknown[] =>
  Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1));

/** The same nonce with another event is the same delivery. */
export async function repeat({ ask }: World, { delivery, draft }: Sent): Promise<string[]> {
  const again = await ask('event.append', { workspace: 'left', events: [other(draft, 'again')], delivery });
  const isOnce = again.kind === 'ok' && again.result.duplicates === 1;
  return isOnce ? [] : [`the same nonce again: ${JSON.stringify(again).slice(0, 200)}`];
}

const other = (event: DraftInput, suffix: string): DraftInput => ({
  ...event,
  identity: { nativeId: `other-${performance.now()}-${suffix}`, phase: 'done' },
});

const wellFormed = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll(/(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g, '$1\ufffd'));
