import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { pauseText } from './capture.ts';
import { plural, sizeText } from './size.ts';
import { renderFacts } from './table.ts';
import { agoText } from './time.ts';
import type { View } from './view.ts';

type Daemon = OutputOf<'daemon.status'>;

export const daemonLine = (daemon: Daemon, view: View): string =>
  `${view.paint.green('running')}  version ${safeLine(daemon.version)}, pid ${daemon.pid}, started ${agoText(daemon.startedAt, view.now)}, ${sizeText(daemon.rssBytes)}`;

export const renderDaemonStatus = (daemon: Daemon, view: View): string =>
  renderFacts(
    [
      ['daemon', view.paint.green('running')],
      ['version', safeLine(daemon.version)],
      ['pid', String(daemon.pid)],
      ['started', agoText(daemon.startedAt, view.now)],
      ['memory', sizeText(daemon.rssBytes)],
      ['open', `${plural(daemon.workspacesOpen, 'workspace')}, ${plural(daemon.connections, 'connection')}`],
      ['spooled', daemon.spooled === 0 ? null : plural(daemon.spooled, 'hook payload')],
      [
        'dropped',
        daemon.spoolDropped === null
          ? null
          : view.paint.red(`${plural(daemon.spoolDropped.count, 'hook payload')}: the spool was full`),
      ],
      ['paused', daemon.paused === null ? null : view.paint.yellow(pauseText(daemon.paused.until, view))],
      ['idle exit', `after ${Math.round(daemon.idleExitMs / 60_000)} min`],
      ['home', safeLine(daemon.home)],
      ['socket', safeLine(daemon.socket)],
    ],
    view,
  );

export const renderDaemonStarted = (daemon: Daemon, view: View): string =>
  `The daemon is ${view.paint.green('running')} (version ${safeLine(daemon.version)}, pid ${daemon.pid}).`;

export const renderDaemonStopped = ({ stopped }: OutputOf<'daemon.stop'>): string =>
  stopped ? 'The daemon has stopped.' : 'No daemon was running.';
