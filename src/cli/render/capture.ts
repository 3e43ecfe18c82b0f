import { durationText } from '../../core/amount-text.ts';
import { safeLine } from '../../core/safe-text.ts';
import type { OutputOf } from '../../schema/operation.ts';
import { plural } from './size.ts';
import type { View } from './view.ts';

/** "for another 29 min", or what ends it. */
export const pauseText = (until: number | null, view: View): string =>
  until === null ? 'until: hivemind resume' : `for another ${durationText(until - view.now)}`;

export function renderPaused({ workspace, until }: OutputOf<'capture.pause'>, view: View): string {
  const where = workspace === null ? 'on this machine' : `in ${view.paint.bold(safeLine(workspace))}`;
  return `${view.paint.yellow('Nothing is captured')} ${where} ${pauseText(until, view)}.`;
}

export const renderResumed = ({ ended }: OutputOf<'capture.resume'>, view: View): string =>
  ended === 0
    ? 'Nothing was paused.'
    : `${view.paint.green('Capturing again')}: ended ${plural(ended, 'pause')}.`;
