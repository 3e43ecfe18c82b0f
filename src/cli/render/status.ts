import { durationText } from '../../core/amount-text.ts';
import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { Limit } from '../../schema/operations/status.ts';
import { instructionRemark } from './agent.ts';
import { pauseText } from './capture.ts';
import { daemonLine } from './daemon.ts';
import { countText, plural, sizeText } from './size.ts';
import { openingLines } from './store.ts';
import { renderFacts } from './table.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

type Status = OutputOf<'status.show'>;

function workspaceText({ workspace, branch, events, sessions, capture, paused }: Status, view: View): string {
  if (workspace === null) return view.paint.yellow('none: this directory belongs to no workspace');
  const held = `${plural(events, 'event')} in ${plural(sessions, 'session')}`;
  const off = !capture
    ? view.paint.yellow('  capture is off here (.hivemind.json)')
    : paused === null
      ? ''
      : view.paint.yellow(`  capture is paused ${pauseText(paused.until, view)}`);
  const on = branch === null || branch === 'main' ? '' : `  on branch ${view.paint.bold(safeLine(branch))}`;
  return `${view.paint.bold(safeLine(workspace.name))}${on}  ${held}${off}`;
}

function agentLine(agent: Status['agents'][number], view: View): string {
  const name = `${safeLine(agent.agent)} (${safeLine(agent.scope)})`;
  const remark = instructionRemark(agent.instruction);
  if (agent.connected)
    return `${view.paint.green('connected')}      ${name}${remark === '' ? '' : view.paint.dim(`  ${remark}`)}`;
  const missing = agent.missing.length === 0 ? '' : `: missing ${agent.missing.map(safeLine).join(', ')}`;
  return `${view.paint.yellow('not connected')}  ${name}${missing}`;
}

const amountText = (amount: number, unit: Limit['unit']): string =>
  unit === 'bytes' ? sizeText(amount) : unit === 'ms' ? durationText(amount) : countText(amount);

const limitNames: Record<Limit['name'], string> = {
  queue: 'queued events',
  queueBytes: 'queued bytes',
  memory: 'events in memory',
  memoryBytes: 'bytes in memory',
  lag: 'lag',
  rss: 'daemon',
  diskFree: 'disk free',
};

/** "queue 12 of 20,000": the hard bound, else the soft one; coloured where one is passed. */
function limitText({ name, value, unit, soft, hard, state }: Limit, { paint }: View): string {
  const bound = hard ?? soft;
  const of = bound === null || name === 'diskFree' ? '' : ` of ${amountText(bound, unit)}`;
  const text = `${limitNames[name]} ${amountText(value, unit)}${of}`;
  return state === 'ok' ? text : state === 'soft' ? paint.yellow(text) : paint.red(text);
}

/** What is worth a person's look: repairs are told until the workspace is opened again. */
function storeText({ store }: Status, view: View): string | null {
  if (store === null) return null;
  const repairs = openingLines(store.repairs);
  const mended = repairs.length === 0 ? [] : [view.paint.yellow('mended at the last opening:'), ...repairs];
  const trouble = store.trouble === null ? [] : [view.paint.red(safeLine(store.trouble))];
  return [sizeText(store.sizeBytes), ...trouble, ...mended].join('\n');
}

export function renderStatus(status: Status, view: View): string {
  const { lastEvent } = status;
  const facts = renderFacts(
    [
      ['daemon', daemonLine(status.daemon, view)],
      ['workspace', workspaceText(status, view)],
      [
        'last event',
        lastEvent === null
          ? status.workspace && 'none yet'
          : `${agoText(lastEvent.at, view.now)}  ${safeLine(lastEvent.type)} by ${safeLine(lastEvent.agent)}`,
      ],
      ['not yet in LanceDB', status.tail === 0 ? null : countText(status.tail)],
      ['stored', storeText(status, view)],
      ['limits', status.limits.map((limit) => limitText(limit, view)).join(', ')],
      [
        'agents',
        status.agents.length === 0
          ? 'none found'
          : status.agents.map((agent) => agentLine(agent, view)).join('\n'),
      ],
    ],
    view,
  );
  const missing = status.missing.map((step) => `  ${safeLine(step)}`);
  return missing.length === 0 ? facts : [facts, '', view.paint.yellow('Missing'), ...missing].join('\n');
}
