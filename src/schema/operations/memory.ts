import { z } from 'zod';
import { Alternative, Basis } from '../bodies/record.ts';
import { Event } from '../event.ts';
import { operation } from '../operation.ts';
import { Claim, Contender, Convention, Decision, Holds } from '../records.ts';
import { atField, branchField, limitField, workspaceField } from './fields.ts';

export const MemoryKind = z.enum(['decision', 'convention', 'attempt', 'fact']);
export type MemoryKind = z.infer<typeof MemoryKind>;

/** holds: nothing has changed; stale: something has; unknown: there is nothing to tell it by. */
export const Verdict = z.enum(['holds', 'stale', 'unknown']);

/** Something that was remembered, of whatever kind. */
export const Remembered = z.object({
  kind: MemoryKind,
  key: z.string().nullable().describe('under which a decision or a convention is kept'),
  event: z.string(),
  title: z.string().describe('subject or name; of others empty'),
  text: z.string().describe('what was chosen, agreed, tried or noted'),
  reason: z.string(),
  alternatives: z.array(Alternative),
  outcome: z.enum(['worked', 'failed', 'abandoned']).nullable().describe('of an attempt'),
  instead: z.string().describe('what was done in place of an attempt'),
  paths: z.array(z.string()),
  basis: Basis.nullable(),
  holds: Holds,
  state: z.enum(['standing', 'withdrawn', 'replaced']),
  by: z.string(),
  agent: z.string(),
  session: z.string(),
  at: z.number().int(),
  branch: z.string().describe('name of the branch that it stands on'),
  contested: z.array(Contender),
  replacedBy: z
    .string()
    .nullable()
    .describe('event that took the place of a fact or an attempt; null: none did, or it has a name'),
  ended: z
    .object({ by: z.string(), at: z.number().int(), why: z.string() })
    .nullable()
    .describe('who said, when and why, that it does not stand any more; null: it stands'),
});
export type Remembered = z.infer<typeof Remembered>;

/** What was said under a name once. */
export const PastChoice = z.object({
  event: z.string(),
  text: z.string(),
  reason: z.string(),
  alternatives: z.array(Alternative),
  state: z.enum(['standing', 'withdrawn']),
  by: z.string(),
  agent: z.string(),
  branch: z.string().describe('name of the branch that it was written on'),
  at: z.number().int(),
  until: z.number().int().nullable().describe('when it was replaced; null: it has not been'),
  replacedBy: z.string().nullable().describe('the event that did'),
  keeps: z.string().nullable().describe('a merge kept the choice of this event; null: it was said anew'),
});
export type PastChoice = z.infer<typeof PastChoice>;

export const memoryList = operation({
  name: 'memory.list',
  summary: 'List decisions and conventions that stand, and who is editing what.',
  description:
    'Of attempts and facts the latest are listed where --kind asks for them; hivemind recall finds the others. What no longer holds (its files have changed, its commit is not in the history) says so.',
  writes: false,
  doors: { cli: 'memory list' },
  stamped: ['cwd', 'caller'],
  examples: ['hivemind memory list', 'hivemind memory list --kind convention --withdrawn'],
  input: z.object({
    kind: MemoryKind.optional().describe('Only these'),
    withdrawn: z.boolean().default(false).describe('Also what no longer stands'),
    limit: limitField(50, 1000),
    ...atField,
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    branch: z.string(),
    decisions: z.array(Decision.extend({ holds: Holds })),
    conventions: z.array(Convention.extend({ holds: Holds })),
    claims: z.array(Claim),
    attempts: z.array(Remembered).describe('the latest, where they are asked for'),
    facts: z.array(Remembered).describe('the latest, where they are asked for'),
  }),
});

/** What names something that was remembered, on the command line. */
const nameField = (what: string) => z.string().trim().min(1).max(500).describe(what);

const named =
  'A decision by its subject, a convention by its name, anything by the end of the id of its event';

export const memoryShow = operation({
  name: 'memory.show',
  summary: 'Show one decision, convention, attempt or fact with everything that is known of it.',
  writes: false,
  doors: { cli: 'memory show' },
  positional: ['name'],
  stamped: ['cwd', 'caller'],
  examples: ['hivemind memory show "session store"'],
  input: z.object({
    name: nameField(named),
    kind: MemoryKind.optional().describe('What it is, where several have the name'),
    ...atField,
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    branch: z.string(),
    memory: Remembered,
    history: z.array(PastChoice).describe('what was said under its name, the latest first; of others empty'),
  }),
});

export const memoryHistory = operation({
  name: 'memory.history',
  summary: 'Show what was decided about a subject before, by whom, when and why.',
  writes: false,
  doors: { cli: 'memory history' },
  positional: ['name'],
  stamped: ['cwd', 'caller'],
  examples: ['hivemind memory history "session store"'],
  input: z.object({
    name: nameField('Subject of a decision, or name of a convention'),
    kind: z.enum(['decision', 'convention']).optional().describe('Which of them, where both have the name'),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    branch: z.string(),
    kind: z.enum(['decision', 'convention']),
    key: z.string(),
    title: z.string(),
    choices: z.array(PastChoice).describe('the latest first'),
  }),
});

export const memoryCheck = operation({
  name: 'memory.check',
  summary: 'Tell whether what was remembered still holds.',
  description:
    'By what was recorded with it: the files that it is about, by their hash, and the commit that was checked out, by the history of HEAD. With --run also by a command of your own (hivemind memory probe), which this command runs and the daemon never does.',
  writes: false,
  doors: { cli: 'memory check' },
  positional: ['name'],
  stamped: ['cwd', 'caller'],
  examples: ['hivemind memory check', 'hivemind memory check "session store" --run'],
  input: z.object({
    name: nameField(`${named}; without it every decision and convention that stands`).optional(),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    branch: z.string(),
    checked: z.array(
      Remembered.extend({
        verdict: Verdict,
        probe: z.string().nullable().describe('the command that is set for it on this machine'),
        ran: z
          .object({ exitCode: z.number().int().nullable(), output: z.string().describe('its end') })
          .nullable()
          .describe('what that command said (--run); null: it was not run'),
      }),
    ),
  }),
});

export const memoryProbe = operation({
  name: 'memory.probe',
  summary: 'Set the command that tells, on this machine, whether a decision or a convention still holds.',
  description:
    'It is kept in the settings of this machine, never in memory, a bucket or a repository, and is run by `hivemind memory check --run` alone, in the directory where that is typed: HIVEMIND_KIND and HIVEMIND_KEY say what it is about. It holds when the command ends with 0, and no longer with 1.',
  writes: true,
  doors: { cli: 'memory probe' },
  positional: ['name', 'command'],
  stamped: ['cwd', 'caller'],
  examples: ['hivemind memory probe "session store" "grep -q ioredis package.json"'],
  input: z.object({
    name: nameField('Subject of a decision, or name of a convention'),
    command: z.string().max(4000).describe('A command line for your shell; empty: none any more'),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    kind: z.enum(['decision', 'convention']),
    key: z.string(),
    command: z.string().nullable(),
  }),
});

export const MemoryHit = z.object({
  id: z.string().describe('event id'),
  content: z.string().describe('what was noted; of other events their text'),
  metadata: z.record(z.string(), z.unknown()),
  score: z
    .number()
    .describe(
      'with a vector alone the cosine, -1 to 1; else comparable within one answer only, 0 with neither',
    ),
  branch: z.string().describe('name of the branch that it stands on'),
  agent: z.string(),
  at: z.number().int(),
  event: Event.describe('the event, without its vector'),
});

export const memoryQuery = operation({
  name: 'memory.query',
  summary: 'Find events by words, by a vector of your own, or by metadata; the answer is a flat list.',
  description:
    'A vector is compared with every memory.noted event that is seen from the branch and has a vector of as many dimensions: exactly, without an index. Words are searched in the text of all events. With both, what is found by either is ranked by the mean of the two. `where` leaves only events whose metadata has these values. With `where` alone: the newest notes first. Facts and attempts that were withdrawn or replaced are left out.',
  writes: false,
  doors: {},
  stamped: ['cwd', 'caller'],
  input: z.object({
    text: z.string().min(1).max(4000).optional().describe('Words, a question, an error message, a path'),
    vector: z
      .array(z.number())
      .min(1)
      .max(8192)
      .optional()
      .describe("A vector of the caller's own model, of any length but zero"),
    where: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .describe('Metadata that a hit must have: field → value'),
    limit: limitField(10, 1000),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    branch: z.string(),
    hits: z.array(MemoryHit).describe('best first'),
    compared: z.number().int().describe('vectors that were compared'),
  }),
});
