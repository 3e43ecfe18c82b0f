import { z } from 'zod';
import { HandoffOffered } from '../bodies/handoff.ts';
import { HandoffState } from '../bodies/record.ts';
import { operation } from '../operation.ts';
import { Claim, HandoffPosting, PlanItem } from '../records.ts';
import { branchField, limitField, workspaceField } from './fields.ts';

const text = (most: number) => z.string().max(most);
/** Sentences have commas: each is one value of its flag. */
const texts = (most: number, count: number) => z.array(text(most).min(1)).max(count).meta({ whole: true });

const Addressed = text(210).regex(
  /^(anybody|(agent|role):\s*\S.*)$/s,
  'is agent:NAME, role:NAME or anybody, such as agent:codex',
);
/** How long an offer waits when nothing is said: who comes back after a week still finds it. */
export const offerLength = '14d';

const Length = text(20).regex(
  /^[1-9]\d{0,5}\s*(s|m|min|h|d|w)$/,
  'is a length of time, such as 12h, 7d or 2w',
);
const said = text(2000).min(1);

/** A handoff as somebody writes it in JSON; what is left out is read from the record. */
export const WrittenHandoff = z.strictObject({
  to: Addressed.optional(),
  task: said.optional(),
  status: text(8000).optional(),
  next: text(4000).min(1).optional(),
  questions: z.array(text(1000).min(1)).max(50).optional(),
  files: z.array(text(4096).min(1)).max(500).optional(),
  tests: z
    .strictObject({
      passed: z.array(text(500).min(1)).max(500).optional(),
      failed: z
        .array(
          z.union([
            text(500).min(1),
            z.strictObject({ name: text(500).min(1), message: text(2000).optional() }),
          ]),
        )
        .max(200)
        .optional(),
    })
    .optional(),
  decisions: z.array(said).max(100).optional(),
  rejected: z
    .array(
      z.union([
        text(1000).min(1),
        z.strictObject({ approach: text(1000).min(1), reason: text(2000).optional() }),
      ]),
    )
    .max(100)
    .optional(),
  item: text(500).optional(),
  expires: Length.optional(),
});
export type WrittenHandoff = z.output<typeof WrittenHandoff>;

/** A handoff as it is seen from somewhere. */
export const HandoffView = z.object({
  posting: HandoffPosting,
  content: HandoffOffered.nullable().describe(
    'what it says; null: it stands on a branch that is not seen, or was forgotten',
  ),
  branch: z.string().describe('name of the branch on which its content stands'),
  standing: z
    .enum(['confirmed', 'provisional', 'contested', 'lost'])
    .nullable()
    .describe(
      'of one that was accepted: provisional while the bucket is out of reach; contested: two machines took it without knowing of each other; lost: another machine had taken it before; null: not accepted',
    ),
});
export type HandoffView = z.output<typeof HandoffView>;

const handoffField = {
  handoff: z.string().min(1).max(100).describe('Handoff: its id, or the end of it'),
};

const asField = {
  as: Addressed.optional().describe(
    'In whose name: agent:codex or role:reviewer (default: the agent whose session it is, and $HIVEMIND_ROLE)',
  ),
};

const where = { workspace: z.string(), branch: z.string() };

export const handoffOffer = operation({
  name: 'handoff.offer',
  summary: 'Give work over to another agent, a role or anybody.',
  description:
    'What is left out is read from the record of the session: the files that it edited, the last run of each test command, what was decided, which approaches failed, the plan item and its open questions. No model is asked. The answer says which parts were read.',
  writes: true,
  doors: { cli: 'handoff offer' },
  stamped: ['cwd', 'caller'],
  examples: [
    'hivemind handoff offer --to agent:codex --task "Move sessions to Redis" --status "reads done" --next "write the expiry test"',
    'hivemind handoff offer --content handoff.json --dry-run',
    'hivemind handoff offer --again 4b8f7e --expires 2d',
  ],
  input: z.object({
    to: Addressed.optional().describe(
      'Whom it is for: agent:codex, role:reviewer or anybody (default: anybody)',
    ),
    task: said.optional().describe('What is to be done'),
    status: text(8000).optional().describe('How far it is'),
    next: text(4000).min(1).optional().describe('The next step'),
    question: texts(1000, 50).optional().describe('A question that is open (may be repeated)'),
    file: texts(4096, 500).optional().describe('A file touched (may be repeated)'),
    passed: texts(500, 500).optional().describe('A test that passes (may be repeated)'),
    failed: texts(2600, 200).optional().describe('A test that fails: NAME=MESSAGE (may be repeated)'),
    decision: texts(2000, 100).optional().describe('Something decided (may be repeated)'),
    rejected: texts(3100, 100)
      .optional()
      .describe('An approach not to be tried again: "APPROACH: REASON" (may be repeated)'),
    item: text(500)
      .min(1)
      .optional()
      .describe('Plan item that it is about: its id, the end of it, or its title'),
    content: WrittenHandoff.optional().describe(
      'All of that as one object: task, status, next, questions, files, tests {passed, failed}, decisions, rejected, item, to, expires',
    ),
    expires: Length.optional().describe(`How long it may be taken (default: ${offerLength})`),
    derive: z.boolean().default(true).describe('Fill in what is left out from the record of the session'),
    session: text(100)
      .min(1)
      .optional()
      .describe('Session whose work it is: its id, or latest (default: the one that the call comes from)'),
    again: text(100)
      .min(1)
      .optional()
      .describe('Offer a handoff anew that was declined, withdrawn or has expired: its id, or the end of it'),
    'dry-run': z.boolean().default(false).describe('Show it, and store nothing'),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    ...where,
    handoff: HandoffView,
    stored: z.boolean().describe('false: a dry run'),
    note: z.string().describe('what is to be known of how it was filled in; empty: nothing'),
  }),
});

export const handoffAccept = operation({
  name: 'handoff.accept',
  summary: 'Take a handoff: exclusive, and answered with all that it says.',
  description:
    'It is taken once: whoever comes second is told who has it. Its plan item is owned by whoever takes it, and in the state doing. Only those whom it is for may take it; a person may do so in their name with --as, which is recorded.',
  writes: true,
  doors: { cli: 'handoff accept' },
  positional: ['handoff'],
  stamped: ['cwd', 'caller'],
  examples: ['hivemind handoff accept 4b8f7e', 'hivemind handoff accept 4b8f7e --as agent:codex'],
  input: z.object({ ...handoffField, ...asField, ...workspaceField, ...branchField }),
  output: z.object({
    ...where,
    handoff: HandoffView,
    item: PlanItem.nullable().describe('the plan item that was taken over'),
    claim: Claim.nullable(),
  }),
});

export const handoffDecline = operation({
  name: 'handoff.decline',
  summary: 'Turn a handoff down, or take back one of your own.',
  description:
    'The reason is said on the branch on which the handoff stands: the board, which everybody sees, has none.',
  writes: true,
  doors: { cli: 'handoff decline' },
  positional: ['handoff'],
  stamped: ['cwd', 'caller'],
  examples: ['hivemind handoff decline 4b8f7e --reason "no access to the cluster"'],
  input: z.object({
    ...handoffField,
    reason: said.optional().describe('Why'),
    ...asField,
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({ ...where, handoff: HandoffView, reason: z.string() }),
});

export const handoffList = operation({
  name: 'handoff.list',
  summary: 'List handoffs: who has been offered what, and who took it.',
  writes: false,
  doors: { cli: 'handoff list' },
  stamped: ['cwd', 'caller'],
  examples: ['hivemind handoff list --state offered', 'hivemind handoff list --mine'],
  input: z.object({
    state: HandoffState.optional().describe('Only those in this state'),
    mine: z.boolean().default(false).describe('Only those that you may take, or took'),
    ...asField,
    limit: limitField(20, 500),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({ ...where, handoffs: z.array(HandoffView), total: z.number().int() }),
});

export const handoffShow = operation({
  name: 'handoff.show',
  summary: 'Show all of a handoff.',
  writes: false,
  doors: { cli: 'handoff show' },
  positional: ['handoff'],
  stamped: ['cwd', 'caller'],
  input: z.object({ ...handoffField, ...workspaceField, ...branchField }),
  output: z.object({
    ...where,
    handoff: HandoffView,
    answers: z
      .array(
        z.object({
          event: z.string(),
          by: z.string(),
          answer: z.string(),
          reason: z.string(),
          at: z.number().int(),
        }),
      )
      .describe('why it was turned down or taken back'),
    history: z
      .array(
        z.object({
          event: z.string(),
          state: HandoffState,
          by: z.string(),
          agent: z.string(),
          at: z.number().int(),
        }),
      )
      .describe('what happened to it, oldest first'),
  }),
});
