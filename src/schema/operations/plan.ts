import { z } from 'zod';
import { PlanState } from '../bodies/record.ts';
import { operation } from '../operation.ts';
import { PlanItem } from '../records.ts';
import { atField, branchField, workspaceField } from './fields.ts';

const text = (most: number) => z.string().max(most);

const fields = {
  note: text(8000).optional().describe('What is to be known about it'),
  owner: text(200).optional().describe('Who does it'),
  parent: text(100).optional().describe('Item that it is a part of, by the end of its id'),
  paths: z.array(text(4096)).max(200).optional().describe('Files that it is about'),
};

export const planAdd = operation({
  name: 'plan.add',
  summary: 'Put something to do on the plan.',
  writes: true,
  doors: { cli: 'plan add' },
  positional: ['title'],
  stamped: ['cwd', 'caller'],
  examples: ['hivemind plan add "Move sessions to Redis" --owner planner'],
  input: z.object({
    title: text(500).trim().min(1).describe('What is to be done'),
    state: PlanState.default('todo').describe('How far it is'),
    ...fields,
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({ workspace: z.string(), branch: z.string(), item: PlanItem, event: z.string() }),
});

export const planSet = operation({
  name: 'plan.set',
  summary: 'Change a plan item.',
  writes: true,
  doors: { cli: 'plan set' },
  positional: ['item'],
  stamped: ['cwd', 'caller'],
  examples: ['hivemind plan set 4b8f7e --state done'],
  input: z.object({
    item: z.string().min(1).max(500).describe('Plan item: its id, the end of it, or its title'),
    title: text(500).trim().min(1).optional().describe('What is to be done'),
    state: PlanState.optional().describe('How far it is'),
    ...fields,
    remove: z.boolean().default(false).describe('Take it off the plan'),
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({ workspace: z.string(), branch: z.string(), item: PlanItem, event: z.string() }),
});

export const planShow = operation({
  name: 'plan.show',
  summary: 'Show the plan.',
  writes: false,
  doors: { cli: 'plan show' },
  stamped: ['cwd', 'caller'],
  input: z.object({
    state: PlanState.optional().describe('Only items in this state'),
    ...atField,
    ...workspaceField,
    ...branchField,
  }),
  output: z.object({ workspace: z.string(), branch: z.string(), items: z.array(PlanItem) }),
});
