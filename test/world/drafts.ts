import { sessionId } from '../../src/schema/ids.ts';
import type { InputOf } from '../../src/schema/operation.ts';

export type Drafts = InputOf<'event.append'>['events'];

/** Session that the drafts below belong to. */
export const session = sessionId('claude-code', 'native-1');

const prompt = (text: string): Drafts[number] => ({
  type: 'turn.prompted',
  agent: 'claude-code',
  session,
  identity: { content: text },
  actor: { kind: 'human', name: 'dev' },
  text,
  body: { prompt: text },
});

/** Prompts that the agent numbers: the same number is the same fact. */
export const prompts = (from: number, count: number): Drafts =>
  Array.from({ length: count }, (_, index) => ({
    ...prompt(`question number ${from + index}`),
    identity: { nativeId: `prompt-${from + index}`, phase: 'prompt' },
  }));

/** One prompt of a turn, known by its words. */
export const promptOf = (text: string): Drafts => [{ ...prompt(text), turn: `trn_${'1'.repeat(32)}` }];
