import { expect, test } from 'vitest';
import { renderBackup, renderRestored } from '../../../src/cli/render/backup.ts';
import { plainPaint } from '../../../src/cli/render/paint.ts';
import { renderRepaired, renderVerified } from '../../../src/cli/render/store.ts';
import { renderStoreStats } from '../../../src/cli/render/store-stats.ts';
import type { OpeningRepairs, Verification } from '../../../src/schema/operations/store.ts';
import { at0, workspaceNamed } from './records.ts';

const view = { paint: plainPaint, now: at0, width: 100 };
/** Control characters, but for line ends. */
const control = /[^\P{Cc}\n]/u;
const hostile = 'x\u001b[2J\u0007';

const whole: Verification = {
  ok: true,
  tables: 2,
  events: 1234,
  rows: 1235,
  duplicates: 0,
  damaged: [],
  missing: 0,
  spans: [],
  journal: { segments: 1, events: 5, damaged: [] },
  lost: 0,
};

const damaged: Verification = {
  ...whole,
  ok: false,
  duplicates: 1,
  damaged: [
    {
      table: `events_${hostile}`,
      state: 'sealed',
      problems: [`data/${hostile} is missing`],
      rows: 1,
      ids: [`evt_${hostile}`],
      missing: 3,
      spans: [
        { writer: 'wr_1', from: 4, to: 4 },
        { writer: 'wr_1', from: 6, to: 7 },
      ],
    },
  ],
  missing: 2,
  spans: [{ writer: 'wr_2', from: 1, to: 2 }],
  journal: {
    segments: 1,
    events: 5,
    damaged: [{ path: `/j/${hostile}.wal`, offset: 17, reason: 'checksum differs' }],
  },
  lost: 9,
};

const nothing: OpeningRepairs = { torn: [], catalog: [], replaced: [], reappended: 0, lost: 0, mended: [] };

test('a store that is whole is said to be in two lines', () => {
  const text = renderVerified({ workspace: 'w', ...whole, durationMs: 1500 }, view);
  expect(text).toBe(
    'All is well in w.\nRead 1,235 rows in 2 tables, 5 events in 1 journal segment in 1.5 s.',
  );
});

test('every damage is named, and no name of it reaches the terminal as it is', () => {
  const text = renderVerified({ workspace: hostile, ...damaged, durationMs: 1 }, view);
  for (const part of [
    'is missing',
    '1 row not as written',
    '4 of wr_1, 6 to 7 of wr_1',
    'byte 17',
    'checksum differs',
  ])
    expect(text).toContain(part);
  for (const part of [
    '2 events nowhere to be found',
    '1 to 2 of wr_2',
    '9 events given up',
    'hivemind store repair',
  ])
    expect(text).toContain(part);
  expect(text).not.toMatch(control);
});

test('a repair says what was done, what would be lost, and how to accept that', () => {
  const text = renderRepaired(
    {
      workspace: 'w',
      ok: false,
      opening: { ...nothing, reappended: 4, torn: [`/j/${hostile}`] },
      mended: [{ table: 'events_1', rows: 10, fromJournal: 2, lost: 0 }],
      setAside: ['/j/1.wal.broken'],
      refused: [{ table: 'events_2', events: 3, spans: [{ writer: 'wr_1', from: 1, to: 3 }], reason: 'x' }],
      lost: 0,
      verification: damaged,
      durationMs: 1,
    },
    view,
  );
  for (const part of [
    'Damage is left',
    '4 events back from the journal',
    'events_1 anew: 10 rows, 2 of them',
  ])
    expect(text).toContain(part);
  for (const part of ['/j/1.wal.broken', '3 events would be lost (1 to 3 of wr_1)', '--accept-loss'])
    expect(text).toContain(part);
  expect(text).not.toMatch(control);
});

test('stats leave out what is not there, and name what waits', () => {
  const stats = {
    workspace: 'w',
    writer: 'wr_1',
    events: 1000,
    lost: 0,
    tables: [
      { name: 'a', state: 'sealed' as const, rows: 900, sizeBytes: 2048 },
      { name: 'b', state: 'hot' as const, rows: 100, sizeBytes: 10 },
    ],
    memory: { events: 100, bytes: 4096 },
    tail: { events: 0, since: null },
    journal: { segments: 2, compressed: 1, sizeBytes: 1024, firstSeq: 1 },
    disk: {
      totalBytes: 10_240,
      tableBytes: 2058,
      journalBytes: 1024,
      fieldsBytes: 0,
      snapshotBytes: 0,
      otherBytes: 0,
      bytesPerEvent: 10.2,
    },
    dropped: { tables: 0, sizeBytes: 0 },
    upkeep: { due: false, last: null, trouble: null },
  };
  const text = renderStoreStats(stats, view);
  expect(text).toContain('1 sealed: 900 rows, 2.0 KiB');
  expect(text).toContain('1 hot: 100 rows, 10 B');
  expect(text).not.toMatch(/given up|not yet in LanceDB|waiting for deletion/);
  const busy = renderStoreStats(
    {
      ...stats,
      lost: 2,
      tail: { events: 7, since: at0 - 120_000 },
      dropped: { tables: 3, sizeBytes: 1 },
      upkeep: {
        due: true,
        last: { at: at0, durationMs: 5, tables: 4, rows: 9 },
        trouble: `no room ${hostile}`,
      },
    },
    view,
  );
  for (const part of [
    '2 events',
    '7, the oldest 2 min ago',
    '3 tables, 1 B',
    '4 tables made one of 9 rows',
    'no room',
  ])
    expect(busy).toContain(part);
  expect(busy).not.toMatch(control);
});

test('a backup and a restore say what is in them, and what is not', () => {
  const backup = {
    workspace: hostile,
    file: `/f/${hostile}`,
    events: 3,
    skipped: 1,
    sizeBytes: 10,
    durationMs: 1,
  };
  const text = renderBackup(backup, view);
  for (const part of ['3 events', '1 damaged event', 'not encrypted']) expect(text).toContain(part);
  expect(text).not.toMatch(control);
  const restored = renderRestored(
    {
      workspace: { ...workspaceNamed(`w${hostile}`), store: null },
      events: 3,
      sessions: 1,
      skipped: 2,
      createdAt: at0,
      unbound: [`host/${hostile}`],
      durationMs: 1,
    },
    view,
  );
  for (const part of [
    '3 events in 1 session',
    '2 events were damaged',
    'Bound to github.com/me/repo',
    'another workspace',
  ])
    expect(restored).toContain(part);
  expect(restored).not.toMatch(control);
});
