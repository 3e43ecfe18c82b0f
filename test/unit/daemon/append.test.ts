import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAppender } from '../../../src/daemon/append.ts';
import { mainLine } from '../../../src/daemon/lines.ts';
import type { Log } from '../../../src/daemon/log.ts';
import { type OpenWorkspace, openWorkspace } from '../../../src/daemon/open-workspace.ts';
import { Draft } from '../../../src/schema/event.ts';
import { sessionId } from '../../../src/schema/ids.ts';
import { doJob } from '../../../src/store/job.ts';

const silent: Log = { info: () => undefined, error: () => undefined };
const options = { log: silent, runJob: doJob };
const workspace = { id: `ws_${'a'.repeat(32)}`, name: 'w', createdAt: 0, repositories: [], store: null };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hm-append-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const draftOf = (name: string, at: number, type = 'turn.replied', model = 'some-model-9'): Draft =>
  Draft.parse({
    type,
    agent: 'claude-code',
    session: sessionId('claude-code', 'native-1'),
    identity: { nativeId: name, phase: 'done' },
    actor: { kind: 'agent', name: 'claude-code', model },
    at,
    text: name,
  });

/** Appends one event after the other as if the system's clock said `nowMs`. */
async function append(open: OpenWorkspace, nowMs: number, drafts: Draft[]): Promise<void> {
  const secret = Buffer.alloc(32);
  const appender = createAppender({ open, secret, now: () => nowMs, publish: () => undefined });
  for (const draft of drafts) await appender.append([draft], { branch: mainLine(open).id });
}

const clocksOf = async (open: OpenWorkspace): Promise<string[]> => {
  const events = await open.store.find({
    spans: [{ branch: mainLine(open).id, writer: null, upTo: null }],
  });
  return events.sort((a, b) => a.seq - b.seq).map(({ hlc }) => hlc);
};

test('the clock of a writer goes on, whatever events say of their time and the system of its own', async () => {
  const long = 86_400_000;
  const now = Date.now();
  const before = await openWorkspace(workspace, directory, options);
  // An import tells of things long past; all of it within one millisecond.
  await append(before, now, [draftOf('a', 5), draftOf('b', 3), draftOf('c', now + 9 * long)]);
  // Then somebody sets the clock back by a day.
  await append(before, now - long, [draftOf('d', 1), draftOf('e', now)]);
  await before.store.flush();
  await append(before, now - long, [draftOf('f', 0)]);
  await before.store.close();

  const after = await openWorkspace(workspace, directory, options);
  await append(after, now - 2 * long, [draftOf('g', 0)]);
  const clocks = await clocksOf(after);
  expect(clocks).toHaveLength(7);
  expect(clocks).toEqual([...clocks].sort());
  expect(new Set(clocks).size).toBe(clocks.length);
  await after.store.close();
});

test('records after a restart are those of before, from LanceDB and from the journal', async () => {
  const now = Date.now();
  const before = await openWorkspace(workspace, directory, options);
  await append(before, now, [
    draftOf('a', 5),
    draftOf('b', 3, 'tool.called'),
    draftOf('c', 9, 'thing.unheard_of'),
  ]);
  await before.store.flush();
  await append(before, now, [draftOf('d', 7, 'session.ended', 'another-model')]);
  const records = [...before.sessions.values()];
  expect(records).toMatchObject([{ model: 'some-model-9', events: 4, endedAt: 7 }]);
  await before.store.close();

  const after = await openWorkspace(workspace, directory, options);
  expect([...after.sessions.values()]).toEqual(records);
  expect([...after.heads]).toEqual([...before.heads]);
  expect(after.hlc).toBe(before.hlc);
  await after.store.close();
});
