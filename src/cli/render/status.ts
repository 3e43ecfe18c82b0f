import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { daemonLine } from './daemon.ts';
import { countText, plural } from './size.ts';
import { renderFacts } from './table.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

type Status = OutputOf<'status.show'>;

function workspaceText({ workspace, events, sessions, capture }: Status, view: View): string {
  if (workspace === null) return view.paint.yellow('none: this directory belongs to no workspace');
  const held = `${plural(events, 'event')} in ${plural(sessions, 'session')}`;
  const off = capture ? '' : view.paint.yellow('  capture is off here (.hivemind.json)');
  return `${view.paint.bold(safeLine(workspace.name))}  ${held}${off}`;
}

function agentLine(agent: Status['agents'][number], view: View): string {
  const name = `${safeLine(agent.agent)} (${safeLine(agent.scope)})`;
  if (agent.connected) return `${view.paint.green('connected')}      ${name}`;
  const missing = agent.missing.length === 0 ? '' : `: missing ${agent.missing.map(safeLine).join(', ')}`;
  return `${view.paint.yellow('not connected')}  ${name}${missing}`;
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
