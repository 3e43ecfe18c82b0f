import { z } from 'zod';
import { Draft, Event } from '../event.ts';
import { operation } from '../operation.ts';
import { branchField, limitField, workspaceField } from './fields.ts';

export const eventAppend = operation({
  name: 'event.append',
  summary: 'Append events; acknowledged only after their bytes are synced to disk.',
  writes: true,
  doors: {},
  stamped: ['delivery', 'caller'],
  input: z.object({
    ...workspaceField,
    ...branchField,
    events: z.array(Draft).min(1).max(1000),
    delivery: z.string().max(200).optional().describe('Nonce of this delivery: sent twice, stored once'),
    place: z
      .number()
      .int()
      .nonnegative()
      .default(0)
      .describe('Place of the first of these events in the delivery, where that comes in several calls'),
  }),
  output: z.object({
    appended: z.array(z.string()).describe('ids of the new events, in order'),
    duplicates: z.number().int().describe('events that were there already'),
  }),
});

export const eventShow = operation({
  name: 'event.show',
  summary: 'Show one event in full, by its id or the end of its id.',
  writes: false,
  doors: { cli: 'show', mcp: 'show' },
  positional: ['id'],
  stamped: ['cwd', 'caller'],
  examples: ['hivemind show evt_0199f3c2a7d47b6f9a1e5d2c4b8f7e61', 'hivemind show 4b8f7e61'],
  input: z.object({
    id: z
      .string()
      .regex(/^(evt_)?[0-9a-f]{6,32}$/, 'an event id is evt_ and 32 hex digits; its last 6 or more will do')
      .describe('Event id, or its last 6 or more hex digits'),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({ event: Event, before: z.array(z.string()), after: z.array(z.string()) }),
});

export const eventExport = operation({
  name: 'event.export',
  summary: 'Export every event that is seen from a branch, oldest first, one JSON object a line.',
  writes: false,
  doors: { cli: 'export' },
  stamped: ['cwd', 'caller'],
  examples: ['hivemind export > events.ndjson', 'hivemind export --branch run-42/planner --after 4b8f7e61'],
  input: z.object({
    after: z
      .string()
      .regex(/^(evt_)?[0-9a-f]{6,32}$/, 'an event id is evt_ and 32 hex digits; its last 6 or more will do')
      .optional()
      .describe('Begin behind this event'),
    limit: limitField(1000, 10_000),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    branch: z.string(),
    events: z.array(Event),
    next: z.string().nullable().describe('go on behind this event; null: that was all'),
  }),
});
