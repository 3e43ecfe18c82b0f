import { z } from 'zod';
import { operation } from '../operation.ts';
import { workspaceField } from './fields.ts';

const count = z.number().int();

/** Places of events that follow one another. */
export const EventSpan = z.object({
  writer: z.string(),
  from: count.describe('first seq'),
  to: count.describe('last seq'),
});
export type EventSpan = z.infer<typeof EventSpan>;

const tableState = z
  .enum(['hot', 'closed', 'sealed'])
  .describe('hot: takes events; closed: waits to be indexed; sealed: indexed and final');

/** What reading everything has shown. */
export const Verification = z.object({
  ok: z.boolean().describe('nothing is damaged and nothing is missing'),
  tables: count.describe('tables that were read'),
  events: count.describe('events that these tables must hold'),
  rows: count.describe('rows that were read and whose checksums were compared'),
  duplicates: count.describe(
    'rows of events that another row has too; they are read once and go with the next merge',
  ),
  damaged: z.array(
    z.object({
      table: z.string(),
      state: tableState,
      problems: z.array(z.string()).describe('what is wrong with its files; the first 20'),
      rows: count.describe('rows that are not what was written'),
      ids: z.array(z.string()).describe('events of the first 20 of these rows'),
      missing: count.describe('events that should be in it, and are in none of its whole rows'),
      spans: z.array(EventSpan).describe('which; the first 20'),
    }),
  ),
  missing: count.describe('events that neither a table nor the journal is known to hold'),
  spans: z.array(EventSpan).describe('which; the first 20'),
  journal: z.object({
    segments: count,
    events: count,
    damaged: z.array(
      z.object({ path: z.string(), offset: count.describe('byte of its plain form'), reason: z.string() }),
    ),
  }),
  lost: count.describe('events that were accepted as lost before'),
});
export type Verification = z.infer<typeof Verification>;

/** What was mended when the workspace was opened. */
export const OpeningRepairs = z.object({
  torn: z.array(z.string()).describe('copies of journal tails that a crash had torn and that were cut'),
  catalog: z.array(z.string()).describe('damaged versions of the catalog; the one before was taken'),
  replaced: z.array(z.string()).describe('unreadable tables whose events came back from the journal'),
  reappended: count.describe('events that came back from the journal'),
  lost: count.describe('events that were nowhere to be found and given up'),
  mended: z.array(
    z.object({
      table: z.string(),
      rows: count,
      fromJournal: count.describe('events of it that came from memory or the journal'),
      lost: count.describe('events of it that were given up'),
    }),
  ),
});
export type OpeningRepairs = z.infer<typeof OpeningRepairs>;

export const storeVerify = operation({
  name: 'store.verify',
  summary: 'Check every stored byte: files, rows, places, journal.',
  description:
    'Reads every table and every retained journal segment in a process of its own and compares them with their checksums and with what must be there; changes nothing. Capture goes on meanwhile. Ends with exit code 6 when something is damaged or missing.',
  writes: false,
  streams: true,
  doors: { cli: 'store verify' },
  stamped: ['cwd'],
  examples: ['hivemind store verify', 'hivemind store verify --workspace my-repo --json'],
  input: z.object({ ...workspaceField }),
  output: z.object({ workspace: z.string(), ...Verification.shape, durationMs: count }),
});

export const storeRepair = operation({
  name: 'store.repair',
  summary: 'Mend what is damaged: from memory, from the journal, from what can still be read.',
  description:
    'Checks everything as `store verify` does, makes damaged tables anew, sets damaged journal segments aside that are no longer needed, and checks again. Opens a workspace that damage keeps from opening. Nothing is given up without --accept-loss: what would be lost is named, and the exit code is 6. Copies of what was damaged are kept.',
  writes: true,
  streams: true,
  doors: { cli: 'store repair' },
  stamped: ['cwd'],
  examples: ['hivemind store repair', 'hivemind store repair --accept-loss'],
  input: z.object({
    ...workspaceField,
    'accept-loss': z.boolean().default(false).describe('Go on without events that are nowhere to be found'),
  }),
  output: z.object({
    workspace: z.string(),
    ok: z.boolean().describe('all is well now'),
    opening: OpeningRepairs.describe(
      'what was mended when the workspace was last opened, which this may have done',
    ),
    mended: OpeningRepairs.shape.mended.describe('damaged tables that were made anew'),
    setAside: z.array(z.string()).describe('damaged journal segments that nothing needs any more'),
    refused: z
      .array(
        z.object({
          table: z.string(),
          events: count.describe('events that would be lost'),
          spans: z.array(EventSpan).describe('which; the first 20'),
          reason: z.string(),
        }),
      )
      .describe('tables that were left as they are'),
    lost: count.describe('events that were given up'),
    verification: Verification.describe('everything, checked again'),
    durationMs: count,
  }),
});

export const storeStats = operation({
  name: 'store.stats',
  summary: 'Show what is stored where, and how much room it takes.',
  writes: false,
  doors: { cli: 'store stats' },
  stamped: ['cwd'],
  input: z.object({ ...workspaceField }),
  output: z.object({
    workspace: z.string(),
    writer: z.string().describe('under which this home numbers its events here'),
    events: count,
    lost: count.describe('events that were accepted as lost'),
    tables: z.array(z.object({ name: z.string(), state: tableState, rows: count, sizeBytes: count })),
    memory: z
      .object({ events: count, bytes: count })
      .describe('events that no sealed table holds yet: they are read from memory'),
    tail: z
      .object({
        events: count,
        since: count.nullable().describe('epoch milliseconds at which the oldest was taken'),
      })
      .describe('of these, acknowledged and not yet in LanceDB'),
    journal: z.object({
      segments: count,
      compressed: count,
      sizeBytes: count,
      firstSeq: count.nullable().describe("this writer's first event that can still be repaired from it"),
    }),
    disk: z.object({
      totalBytes: count,
      tableBytes: count,
      journalBytes: count,
      fieldsBytes: count.describe('copies of columns for quick reads, which can be made anew'),
      snapshotBytes: count,
      otherBytes: count,
      bytesPerEvent: z.number(),
    }),
    dropped: z
      .object({ tables: count, sizeBytes: count })
      .describe('replaced tables that wait for their deletion'),
    upkeep: z.object({
      due: z.boolean(),
      last: z
        .object({ at: count, durationMs: count, tables: count, rows: count })
        .nullable()
        .describe('last merge since the workspace was opened'),
      trouble: z.string().nullable().describe('what keeps events from LanceDB, or upkeep from its work'),
    }),
  }),
});
