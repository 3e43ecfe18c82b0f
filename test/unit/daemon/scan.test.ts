import { afterEach, beforeEach, expect, test } from 'vitest';
import { paintFor } from '../../../src/cli/render/paint.ts';
import { renderScan } from '../../../src/cli/render/scan.ts';
import { mainBranchId } from '../../../src/schema/ids.ts';
import { type EngineRoom, openEngineRoom } from '../../world/engine-room.ts';
import { makeEvent } from '../../world/events.ts';

let room: EngineRoom;
beforeEach(async () => {
  room = await openEngineRoom();
});
afterEach(() => room.remove());

const secret = `gh${'p_'}${'a1B2'.repeat(9)}`;
const password = `${'hun'}ter2-Xy`;

/** Puts events into the store as an older version did: below the redaction of today. */
async function storeAsBefore(name: string, contents: object[]): Promise<string[]> {
  const { open } = await room.workspaces.live(await room.workspaces.create(name));
  const events = contents.map((content, index) => ({
    ...makeEvent({
      writer: open.store.writer,
      seq: open.store.lastSeq() + 1 + index,
      workspace: open.workspace.id,
      branch: mainBranchId(open.workspace.id),
    }),
    redaction: undefined,
    text: 'clean',
    paths: [],
    body: {},
    ...content,
  }));
  await open.store.append(
    events.map(({ redaction, ...event }) => (redaction === undefined ? event : { ...event, redaction })),
  );
  return events.map(({ id }) => id);
}

test('names what older rules let through in text, paths and body, by rule, never what it is', async () => {
  const ids = await storeAsBefore('w', [
    { text: `found ${secret}`, redaction: 1 },
    {},
    { paths: [`a/${secret}`] },
    { body: { deep: [{ password }] } },
    { text: 'token [redacted:github-token] and [redacted:jwt:0a1b2c3d]' },
  ]);
  await storeAsBefore('other', [{ text: `DB_PASSWORD=${password}` }]);
  const scan = await room.call('scan.run', { workspace: 'w' });
  expect(scan.found).toBe(3);
  expect(scan.workspaces).toHaveLength(1);
  expect(scan.workspaces[0]).toMatchObject({
    workspace: 'w',
    findings: [
      { rule: 'github-token', events: 2, versions: [1, 0], ids: [ids[0], ids[2]] },
      { rule: 'field', events: 1, versions: [0], ids: [ids[3]] },
    ],
  });
  const all = await room.call('scan.run', { all: true });
  expect(all.workspaces.map(({ workspace }) => workspace).sort()).toEqual(['other', 'w']);
  expect(all.found).toBe(4);
  const view = { paint: paintFor({ isTTY: false }, {}), now: 0, width: 80 };
  for (const said of [JSON.stringify(all), renderScan(all, view)]) {
    expect(said).toContain('github-token');
    expect(said).not.toContain(secret);
    expect(said).not.toContain(password);
  }
});

test('reads every event of a workspace of more than a page', async () => {
  await storeAsBefore(
    'w',
    Array.from({ length: 450 }, (_, index) => (index % 2 === 0 ? { text: `x ${secret}` } : {})),
  );
  const { workspaces, found } = await room.call('scan.run', { workspace: 'w' });
  expect(found).toBe(225);
  expect(workspaces[0]?.events).toBeGreaterThanOrEqual(450);
  expect(workspaces[0]?.findings[0]?.ids).toHaveLength(20);
});
