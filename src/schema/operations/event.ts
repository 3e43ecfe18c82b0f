import { z } from 'zod';
import { Draft, Event } from '../event.ts';
import { operation } from '../operation.ts';
import { branchField, limitField, momentField, workspaceField } from './fields.ts';

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
  doors: { cli: 'show' },
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
  summary:
    'Export every event that is seen from a branch, oldest first: one JSON object a line, or Markdown to read.',
  writes: false,
  doors: { cli: 'export' },
  stamped: ['cwd', 'caller'],
  examples: [
    'hivemind export > events.ndjson',
    'hivemind export --branch run-42/planner --after 4b8f7e61',
    'hivemind export --format markdown --since 1w > week.md',
  ],
  input: z.object({
    after: z
      .string()
      .regex(/^(evt_)?[0-9a-f]{6,32}$/, 'an event id is evt_ and 32 hex digits; its last 6 or more will do')
      .optional()
      .describe('Begin behind this event'),
    session: z.string().max(300).optional().describe('Only this session, by its id or the end of it'),
    since: momentField('Only what happened since'),
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

/** What programs without an adapter may report; the names of the fields are those of a generic hook payload. */
export const eventRecord = operation({
  name: 'event.record',
  summary: 'Record what any agent or script has done: a prompt, a reply, a tool call, an edit.',
  description:
    'For whoever has no adapter: the fields are those of docs/guides/any-agent.md. A call with a command counts as a shell command; it failed if its exit code is not 0, or if you say so. `-` for --output, --text and --diff reads standard input. See also `hivemind record run`.',
  writes: true,
  doors: { cli: 'record' },
  positional: ['kind', 'text'],
  stamped: ['cwd', 'caller'],
  examples: [
    'hivemind record prompt "why is the build red?" --agent ci --session build-17',
    'make test 2>&1 | hivemind record tool --tool make --command "make test" --status failed --exit-code 2 --output -',
    'hivemind record edit --path src/parser.ts --diff - < changes.patch',
  ],
  input: z.object({
    kind: z
      .enum(['start', 'prompt', 'reply', 'tool', 'edit', 'title', 'end', 'interrupted'])
      .describe('What it is'),
    text: z
      .string()
      .max(1_000_000)
      .optional()
      .describe('What was asked or said; of an edit: created, updated or deleted; of an end: why'),
    session: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe('Name of the session (default: $HIVEMIND_SESSION, else one for each shell)'),
    agent: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._@ -]{0,99}$/, 'letters, digits, . _ @ - and spaces')
      .optional()
      .describe('Whose session it is (default: generic)'),
    turn: z.string().max(500).optional().describe('Id of the prompt that it belongs to'),
    id: z.string().min(1).max(500).optional().describe('Its own id: recorded twice, stored once'),
    tool: z.string().max(200).optional().describe('Name of the tool'),
    command: z.string().max(100_000).optional().describe('Command line that was run'),
    input: z.record(z.string(), z.unknown()).optional().describe('Arguments of the tool'),
    output: z
      .string()
      .max(16_000_000)
      .optional()
      .describe('What it answered; of an edit: the whole new text'),
    status: z.enum(['ok', 'failed', 'rejected']).optional().describe('How it ended'),
    error: z.string().max(1_000_000).optional().describe('Why it failed, or was rejected'),
    'exit-code': z.number().int().min(-255).max(0xffff_ffff).optional().describe('Exit code of the command'),
    'duration-ms': z.number().int().nonnegative().optional().describe('How long it took, in milliseconds'),
    path: z.string().max(4096).optional().describe('File that it is about'),
    diff: z.string().max(16_000_000).optional().describe('Unified diff of an edit'),
    model: z.string().max(200).optional().describe('Model that did it'),
    parent: z.string().max(500).optional().describe('Session that started this one'),
    role: z.string().max(200).optional().describe('What a child session is for'),
    at: z.number().int().nonnegative().optional().describe('Epoch milliseconds at which it happened'),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    agent: z.string(),
    session: z.string().describe('our id of the session'),
    appended: z.number().int(),
    duplicates: z.number().int().describe('it was there already'),
  }),
});
