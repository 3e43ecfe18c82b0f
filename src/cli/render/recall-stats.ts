import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { percent, plural } from './size.ts';
import { renderFacts } from './table.ts';
import type { View } from './view.ts';

type Output = OutputOf<'stats.recall'>;

function tokensText({ tokens, tokensPerSession }: Output): string {
  if (tokensPerSession === null) return '0';
  return `${tokens} (a session ${tokensPerSession.p50} in the middle, ${tokensPerSession.most} at the most)`;
}

function cardsText({ used, unused, unknown }: Pick<Output, 'used' | 'unused' | 'unknown'>): string {
  const cards = used + unused + unknown;
  if (cards === 0) return 'none';
  const waiting = unknown === 0 ? '' : `, ${unknown} not known yet`;
  return `${cards}: ${used} used, ${unused} not${waiting}`;
}

const askedText = ({ asked }: Output): string =>
  asked.answers === 0
    ? 'nothing yet'
    : `${plural(asked.answers, 'answer')} to ${plural(asked.sessions, 'session')}, ${plural(asked.tokens, 'token')}; cards ${cardsText(asked)}`;

const promptsText = ({ prompts: { asked, told, late } }: Output): string =>
  asked === 0
    ? 'none since the workspace was opened'
    : `${asked}, answered ${told}${late === 0 ? '' : `, ${late} too late`}`;

export const renderRecallStats = (output: Output, view: View): string =>
  renderFacts(
    [
      ['workspace', view.paint.bold(safeLine(output.workspace))],
      ['injection', output.setting],
      [
        'told',
        `${plural(output.briefs, 'brief')}, ${plural(output.contexts, 'context')}, ${plural(output.claims, 'claim')} to ${plural(output.sessions, 'session')}`,
      ],
      ['tokens', tokensText(output)],
      ['waited', output.ms === null ? null : `p50 ${output.ms.p50} ms, p95 ${output.ms.p95} ms`],
      ['cards', cardsText(output)],
      ['other sessions', output.otherSessions === null ? null : percent(output.otherSessions)],
      ['other agents', output.otherAgents === null ? null : percent(output.otherAgents)],
      ['prompts', promptsText(output)],
      ['asked for', askedText(output)],
    ],
    view,
  );
