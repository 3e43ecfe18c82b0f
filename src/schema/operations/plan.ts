import { z } from 'zod';
import { PlanState } from '../bodies/record.ts';
import { operation } from '../operation.ts';
import { Claim, PlanItem } from '../records.ts';
import { atField, branchField, limitField, workspaceField } from './fields.ts';

const text = (most: number) => z.string().max(most);
const itemName = text(500).min(1);
const priority = z.number().int().min(0).max(4);

export const itemField = itemName.describe('Plan item: its id, the end of it, or its title');

const fields = {
  note: text(8000).optional().describe('What is to be known about it'),
  owner: text(200).optional().describe('Who does it; empty: nobody'),
  parent: text(500)
    .optional()
    .describe('Item that it is a part of, by id, the end of it, or title; empty: none'),
  paths: z.array(text(4096)).max(200).optional().describe('Files that it is about'),
  priority: priority.optional().describe('0 is most urgent, 4 least; 2 when nothing is said'),
  'depends-on': z
    .array(itemName)
    .max(100)
    .optional()
    .describe('Items that have to be done before, by id, the end of it, or title'),
  link: z
    .array(text(300).min(1))
    .max(100)
    .optional()
    .describe('What belongs to it: ses_…, evt_…, commit:SHA (or the SHA alone), decision:SUBJECT'),
  blocker: text(1000).min(1).optional().describe('What keeps it from being done'),
  question: text(1000).min(1).optional().describe('What has to be answered for it'),
};

const written = z.object({
  workspace: z.string(),
  branch: z.string(),
  item: PlanItem,
  event: z.string(),
  notes: z.array(z.string()).describe('what follows and should be known, such as parts that are still open'),
});

export const planAdd = operation({
  name: 'plan.add',
  summary: 'Put something to do on the plan.',
  writes: true,
  doors: { cli: 'plan add' },
  positional: ['title'],
  stamped: ['cwd', 'caller'],
  examples: [
    'hivemind plan add "Move sessions to Redis" --owner planner --priority 1',
    'hivemind plan add "Switch the login over" --depends-on 4b8f7e --question "Which day?"',
  ],
  input: z.object({
    title: text(500).trim().min(1).describe('What is to be done'),
    state: PlanState.default('todo').describe('How far it is'),
    ...fields,
    ...workspaceField,
    ...branchField,
  }),
  output: written,
});

export const planSet = operation({
  name: 'plan.set',
  summary: 'Change a plan item.',
  description:
    'Only what is named is changed. Putting it to todo, done or dropped also gives back the claim by which somebody was doing it.',
  writes: true,
  doors: { cli: 'plan set' },
  positional: ['item'],
  stamped: ['cwd', 'caller'],
  examples: [
    'hivemind plan set 4b8f7e --state done',
    'hivemind plan set 4b8f7e --blocker "no quota yet" --depends-on "Set up Redis"',
    'hivemind plan set 4b8f7e --answer 1f2e3d4c="the EU region"',
  ],
  input: z.object({
    item: itemField,
    title: text(500).trim().min(1).optional().describe('What is to be done'),
    state: PlanState.optional().describe('How far it is'),
    ...fields,
    undepend: z.array(itemName).max(100).optional().describe('Items that it does not depend on any more'),
    'no-depends-on': z.boolean().default(false).describe('It depends on nothing else than --depends-on'),
    unlink: z.array(text(300).min(1)).max(100).optional().describe('Links to take away'),
    unblock: z.array(text(200).min(1)).max(100).optional().describe('Ids of blockers that are gone'),
    answer: text(5000)
      .regex(/^[^=]{1,200}=/, 'ID=TEXT: the id of the question, and the answer')
      .optional()
      .describe('ID=TEXT: answer to the question of that id; ID= takes the question away'),
    remove: z.boolean().default(false).describe('Take it off the plan'),
    ...workspaceField,
    ...branchField,
  }),
  output: written,
});

const Named = z.object({ id: z.string(), title: z.string(), state: PlanState });

/** A link, and what it leads to. */
const LinkTarget = z.object({
  ref: z.string(),
  kind: z.enum(['session', 'event', 'commit', 'decision', 'other']),
  title: z.string().nullable().describe('what it is called; null: it is not seen here'),
});

const ItemDetail = z.object({
  parent: Named.nullable(),
  parts: z.array(Named),
  dependsOn: z.array(Named),
  dependants: z.array(Named),
  links: z.array(LinkTarget),
  claim: Claim.nullable().describe('by which somebody does it now'),
  footing: z
    .enum(['ready', 'parts-open', 'stalled', 'held', 'doing', 'waiting', 'closed'])
    .describe('where it stands with those who look for work'),
  why: z.array(z.string()).describe('what makes it so'),
  writes: z.number().int().describe('how often it was written'),
});

export const planShow = operation({
  name: 'plan.show',
  summary: 'Show the plan, or everything about one item of it.',
  writes: false,
  doors: { cli: 'plan show' },
  positional: ['item'],
  stamped: ['cwd', 'caller'],
  examples: ['hivemind plan show', 'hivemind plan show 4b8f7e', 'hivemind plan show --mine --state doing'],
  input: z.object({
    item: itemField.optional(),
    state: PlanState.optional().describe('Only items in this state'),
    owner: text(200).optional().describe('Only items of this owner'),
    mine: z.boolean().default(false).describe('Only items that are yours, or that you are doing'),
    ...atField,
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    branch: z.string(),
    items: z.array(PlanItem),
    claims: z.array(Claim).describe('by which these items are being done; empty in a moment of the past'),
    detail: ItemDetail.nullable().describe('of the item that was asked for'),
  }),
});

const Offer = z.object({
  item: PlanItem,
  footing: z
    .enum(['ready', 'parts-open', 'stalled'])
    .describe('parts-open: parts of it are still to be done; stalled: whoever took it has not gone on'),
  why: z.array(z.string()).describe('why it can be begun'),
  unblocks: z.array(Named).describe('open items that depend on it'),
});

export const planNext = operation({
  name: 'plan.next',
  summary: 'Say what to do next, and take it.',
  description:
    'Ready is what is todo, depends on nothing open, has no blocker and is held by nobody, by priority, then rank, then age. Behind it come items whose parts are open, and stalled ones. With --take it becomes yours alone: confirmed, or (while the bucket is out of reach) provisional.',
  writes: true,
  doors: { cli: 'plan next' },
  positional: ['item'],
  stamped: ['cwd', 'caller'],
  examples: ['hivemind plan next', 'hivemind plan next --take', 'hivemind plan next 4b8f7e --take'],
  input: z.object({
    item: itemName.optional().describe('This item and no other, by id, the end of it, or title'),
    take: z.boolean().default(false).describe('Take it: you are its owner, and it is being done'),
    minutes: z
      .number()
      .int()
      .min(1)
      .max(10_080)
      .default(120)
      .describe('How long it stays yours without being taken again (1 to 10080)'),
    limit: limitField(1, 1000),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({
    workspace: z.string(),
    branch: z.string(),
    offers: z.array(Offer),
    total: z.number().int().describe('how many items could be begun'),
    open: z.number().int().describe('how many items are not done or dropped'),
    taken: z
      .object({ item: PlanItem, claim: Claim, event: z.string() })
      .nullable()
      .describe('what is yours now; claim.standing says confirmed or provisional'),
    lost: z
      .array(z.object({ item: z.string(), title: z.string(), heldBy: Claim }))
      .describe('what somebody else had taken first'),
    notes: z.array(z.string()),
  }),
});
