import { z } from 'zod';
import { operation } from '../operation.ts';
import { branchField, limitField, workspaceField } from './fields.ts';
import { MemoryKind, Remembered } from './memory.ts';
import { eventTail } from './remember.ts';

const versionField = eventTail
  .optional()
  .describe('The version that is meant, by its event: refused where another has come since');

const count = z.number().int().nonnegative();

export const memoryBrowse = operation({
  name: 'memory.browse',
  summary: 'Page through everything that was remembered, what was written last first.',
  description:
    'Decisions and conventions as they are now, facts and attempts one by one; texts of facts and attempts are shortened to 600 characters (memory.show has all of one). The order is that in which they were recorded.',
  writes: false,
  doors: {},
  stamped: ['cwd', 'caller'],
  input: z.object({
    kind: MemoryKind.optional().describe('Only these'),
    state: z
      .enum(['standing', 'past', 'contested', 'any'])
      .default('standing')
      .describe(
        'standing; past: withdrawn or replaced; contested: of several values, written without having seen each other; any',
      ),
    author: z.string().max(200).optional().describe('Only what this person or agent wrote last'),
    path: z.string().max(1000).optional().describe('Only about these files: src/api, src/**/*.ts'),
    own: z.boolean().default(false).describe('Only what was written on this branch itself'),
    skip: z.number().int().min(0).default(0).describe('So many are passed over'),
    limit: limitField(50, 500),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    branch: z.string(),
    memories: z.array(Remembered),
    matched: count.describe('how many there are, with those that are not shown'),
    kinds: z
      .object({ decision: count, convention: count, attempt: count, fact: count })
      .describe('how many there are of each kind, whatever kind is asked for'),
  }),
});

export const memoryWithdraw = operation({
  name: 'memory.withdraw',
  summary: 'Say that something that was remembered does not stand any more.',
  description:
    'Nothing takes its place. Where it is named by an event, it is refused once another version has come since. It stays in the history and says there that it was withdrawn; agents are not told it any more, and where they find it they are told that it was withdrawn. To have its content gone: hivemind forget.',
  writes: true,
  doors: { cli: 'memory withdraw' },
  positional: ['name'],
  stamped: ['cwd', 'caller'],
  examples: ['hivemind memory withdraw "session store" --why "moved to the platform team"'],
  input: z.object({
    name: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .describe(
        'A decision by its subject, a convention by its name, anything by the end of the id of its event',
      ),
    kind: MemoryKind.optional().describe('What it is, where several have the name'),
    event: versionField,
    why: z.string().max(8000).optional().describe('Why'),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    branch: z.string(),
    event: z.string(),
    memory: Remembered.describe('as it was'),
  }),
});
