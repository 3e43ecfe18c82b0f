import { addresseeText } from '../../core/handoff-text.ts';
import { Draft } from '../../schema/event.ts';
import type { HandoffPosting } from '../../schema/records.ts';
import { lineEvent } from '../branching.ts';
import { boardScope, postingOf } from '../handoffs.ts';
import { mainLine } from '../lines.ts';
import type { LiveWorkspace } from '../workspaces.ts';

/**
 * Writes down that offers ran out, once for each: whoever reads judges it by the moment, the event is for the record and for
 * those who watch. What somebody answered meanwhile stays.
 */
export async function noteExpired({ open, appender }: LiveWorkspace, nowMs: number): Promise<void> {
  const main = mainLine(open).id;
  const board = boardScope(open);
  const ranOut = open.registers
    .all('handoff', board)
    .filter((record) => isOver(postingOf(open, record), nowMs));
  for (const { key } of ranOut)
    await appender.appendMade(() => {
      const record = open.registers.get('handoff', key, board);
      const posting = record === null ? null : postingOf(open, record);
      if (posting === null || !isOver(posting, nowMs)) return null;
      const { until, to } = posting;
      const draft = Draft.parse(
        lineEvent(open, 'handoff.expired', {
          text: `the offer to ${addresseeText(to)} ran out`,
          identity: { nativeId: `${key}:${until}`, phase: 'expired' },
          actor: { kind: 'daemon', name: 'hivemind' },
          body: { key, set: { state: 'expired' } },
        }),
      );
      return { draft, branch: main };
    });
}

const isOver = ({ state, until }: HandoffPosting, nowMs: number): boolean =>
  state === 'offered' && until !== null && until <= nowMs;
