import type { Claim, PlanItem } from '../../schema/records.ts';
import { isOpen, netOf } from '../plan/net.ts';
import { nextOf, type Surroundings } from '../plan/readiness.ts';
import { quote } from '../quote.ts';
import type { Scene } from './input.ts';
import { ago, type Candidate, joined, NAME } from './line.ts';

/** The part of the plan that is of use now. */
export interface PlanNow {
  /** What the reader is at, or has to do. */
  mine: readonly PlanItem[];
  doing: readonly PlanItem[];
  blocked: readonly PlanItem[];
  /** What could be begun: nothing that it waits for is open, and nobody has it. */
  ready: readonly PlanItem[];
}

const nextReady = 5;
/** Items of one kind that are thought of: a brief has no room for more. */
const mostOfAKind = 30;

export function planNow({ plan, claims, around, session, agent }: Scene): PlanNow {
  const open = plan.filter(isOpen);
  const takenBy = new Map(
    claims.flatMap((claim) => (claim.item === null ? [] : [[claim.item, claim] as const])),
  );
  const isMine = (item: PlanItem): boolean => {
    const claim = takenBy.get(item.id);
    if (claim !== undefined) return isHolder(claim, session, agent);
    return agent !== null && item.owner?.toLowerCase() === agent.toLowerCase();
  };
  const mine = open.filter(isMine);
  const others = open.filter((item) => !isMine(item));
  return {
    mine: mine.slice(0, mostOfAKind),
    doing: others
      .filter(({ state, id }) => state === 'doing' || (state === 'todo' && takenBy.has(id)))
      .slice(0, mostOfAKind),
    blocked: others.filter((item) => item.state === 'blocked').slice(0, mostOfAKind),
    ready: nextOf(
      others.filter(({ owner }) => owner === null),
      around ?? surroundingsIn(plan, takenBy),
    )
      .filter(({ footing }) => footing === 'ready')
      .slice(0, nextReady)
      .map(({ item }) => item),
  };
}

/** Of an item that nobody has here it is taken that it is gone: nobody waits for it. */
function surroundingsIn(plan: readonly PlanItem[], held: ReadonlyMap<string, Claim>): Surroundings {
  const net = netOf(plan);
  const removed = plan.flatMap(({ dependsOn }) => dependsOn).filter((id) => !net.items.has(id));
  return { net, held, ranOut: new Map(), removed: new Set(removed) };
}

/** A claim is the session's where both are known, else the agent's of that name. */
const isHolder = (claim: Claim, session: string | null, agent: string | null): boolean =>
  claim.session !== null && session !== null ? claim.session === session : claim.holder === agent;

export function planLines(scene: Scene, { mine, doing, blocked, ready }: PlanNow): Candidate[] {
  const line =
    (mark: string, value: number, reason: string) =>
    (item: PlanItem, at: number): Candidate => ({
      section: 'plan',
      text: itemText(mark, item, scene.now),
      value: value * 0.92 ** at,
      reason,
    });
  return [
    ...mine.map((item, at) => ({
      ...line(`yours, ${item.state}`, 12, 'yours')(item, at),
      ...(at < 2 ? { isDue: true as const } : {}),
    })),
    ...doing.map(line('doing', 8, 'somebody is at it: not to be begun twice')),
    ...blocked.map(line('blocked', 6, 'it is blocked')),
    ...ready.map(line('next', 7, 'ready: nothing that it waits for is open')),
  ];
}

function itemText(mark: string, item: PlanItem, now: number): string {
  const asked = item.questions.filter(({ answer }) => answer === null);
  const [blocker] = item.blockers;
  const [question] = asked;
  const [other] = item.contested;
  return joined(
    `* ${mark}: ${quote(item.title, 140)}`,
    item.owner === null ? '' : `@${quote(item.owner, NAME)}`,
    item.state === 'doing' ? ago(item.updatedAt, now) : '',
    blocker === undefined ? '' : `blocked by: ${quote(blocker.text, 100)}`,
    question === undefined
      ? ''
      : `open question: ${quote(question.text, 100)}${asked.length > 1 ? ` and ${asked.length - 1} more` : ''}`,
    mark.startsWith('yours') && item.note !== '' ? quote(item.note, 160) : '',
    other === undefined
      ? ''
      : `contested: ${quote(other.by, NAME)} set ${quote(other.field, NAME)} to ${quote(JSON.stringify(other.value) ?? '', 80)}`,
    quote(item.id, 60).slice(-6),
  );
}
