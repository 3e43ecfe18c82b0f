import { z } from 'zod';
import { operation } from '../operation.ts';
import { momentField, workspaceField } from './fields.ts';

/** One half of the warnings that fired, and what became of the calls. */
export const WarningHalf = z.object({
  fired: z.number().int(),
  ended: z.number().int().describe('calls of which it is known how they ended'),
  failed: z.number().int().describe('the call failed or was refused'),
  revertedSoon: z.number().int().describe('the call went well, and was taken back within 30 minutes'),
  changedCourse: z
    .number()
    .int()
    .describe('the call was not made; another one of the same tool went well within 30 minutes'),
  precision: z
    .number()
    .nullable()
    .describe('share of the calls whose end is known that came to one of these; null: none is known'),
});

export const statsWarnings = operation({
  name: 'stats.warnings',
  summary: 'How often agents were warned of a call, and how often that was right.',
  description:
    'Half of the warnings that fire are held back, chosen by a hash of session and call, so that what showing them changes can be measured. Times are those of this daemon since it was started.',
  writes: false,
  doors: { cli: 'stats warnings' },
  stamped: ['cwd'],
  examples: ['hivemind stats warnings --since 7d'],
  input: z.object({
    since: momentField('Not before'),
    ...workspaceField,
  }),
  output: z.object({
    workspace: z.string(),
    setting: z.enum(['on', 'off']),
    fired: z.number().int(),
    shown: WarningHalf,
    heldBack: WarningHalf,
    otherSessions: z
      .number()
      .nullable()
      .describe('share of the warnings that rest on other sessions alone; null: none fired'),
    judged: z.number().int().describe('calls that were judged since the daemon opened the workspace'),
    p50Ms: z.number().nullable().describe('time that judging took'),
    p95Ms: z.number().nullable(),
  }),
});

export const statsCapture = operation({
  name: 'stats.capture',
  summary: 'How completely agents are captured: live, brought in afterwards, missing.',
  description:
    'An event is live when it was stored within a minute of happening. What is missing is what events refer to and nothing tells; `session show` names it.',
  writes: false,
  doors: { cli: 'stats capture' },
  stamped: ['cwd'],
  examples: ['hivemind stats capture --since 7d'],
  input: z.object({ since: momentField('Only sessions that were active since'), ...workspaceField }),
  output: z.object({
    workspace: z.string(),
    agents: z.array(
      z.object({
        agent: z.string(),
        sessions: z.number().int(),
        children: z.number().int().describe('sessions among them that another one started'),
        events: z.number().int(),
        live: z.number().int(),
        backfilled: z.number().int(),
        prompts: z.number().int(),
        replies: z.number().int(),
        calls: z.number().int(),
        edits: z.number().int(),
        failures: z.number().int(),
        unstarted: z.number().int().describe('sessions of which nothing says how they began'),
        unanswered: z.number().int().describe('sessions with prompts and without any answer'),
        unreadable: z.number().int().describe('payloads that could not be read'),
        lastAt: z.number().int(),
      }),
    ),
    followed: z
      .array(z.object({ agent: z.string(), root: z.string(), there: z.boolean() }))
      .describe('folders of transcripts that are followed'),
  }),
});

export const statsRecall = operation({
  name: 'stats.recall',
  summary: 'What agents were told, unasked and asked, what it cost them, and whether it was of use.',
  description:
    'A card counts as used when its session touched one of the files of the card within two hours, or looked its event up; that it would have done so anyway cannot be told apart. Prompts are counted since the daemon opened the workspace, everything else from the record.',
  writes: false,
  doors: { cli: 'stats recall' },
  stamped: ['cwd'],
  examples: ['hivemind stats recall --since 7d'],
  input: z.object({
    since: momentField('Not before'),
    ...workspaceField,
  }),
  output: z.object({
    workspace: z.string(),
    setting: z.enum(['context', 'brief', 'off']),
    sessions: z.number().int().describe('sessions that were told something'),
    briefs: z.number().int(),
    contexts: z.number().int().describe('prompts beside which something was told'),
    claims: z.number().int().describe('claims of others that agents were told of'),
    tokens: z.number().int().describe('of all of these together'),
    tokensPerSession: z.object({ p50: z.number(), most: z.number() }).nullable(),
    ms: z
      .object({ p50: z.number(), p95: z.number() })
      .nullable()
      .describe('that agents waited for each of these'),
    cards: z.number().int(),
    otherSessions: z.number().nullable().describe('share of the cards that are of other sessions'),
    otherAgents: z.number().nullable().describe('share of the cards that are of other agents'),
    used: z.number().int(),
    unused: z.number().int(),
    unknown: z.number().int().describe('cards after which the session has done nothing yet'),
    prompts: z
      .object({ asked: z.number().int(), told: z.number().int(), late: z.number().int() })
      .describe(
        'prompts for which something was looked for; those answered; those answered too late to be told',
      ),
    asked: z
      .object({
        answers: z.number().int(),
        sessions: z.number().int().describe('sessions that asked'),
        tokens: z.number().int(),
        used: z.number().int(),
        unused: z.number().int(),
        unknown: z.number().int(),
      })
      .describe(
        'what agents asked for by the MCP tool and were given; tokens are of the cards; used, unused and unknown are cards',
      ),
  }),
});
