import { Link } from 'wouter';
import { plural } from '../../../../core/amount-text.ts';
import { safeLine } from '../../../../core/safe-text.ts';
import type { OutputOf } from '../../../../schema/operation.ts';
import { reviewAddress } from '../../parts/review-address.ts';
import { When } from '../../parts/when.tsx';
import { addressOf, useWhere, type Where } from '../../where.tsx';

/** Something that waits for a person. */
interface Wish {
  key: string;
  kind: string;
  text: string;
  note: string;
  at: number;
  href: string;
}

export interface Told {
  reviews: OutputOf<'review.list'> | null;
  plan: OutputOf<'plan.show'> | null;
  handoffs: OutputOf<'handoff.list'> | null;
  merges: OutputOf<'merge.status'> | null;
}

const isOpen = ({ state }: { state: string }): boolean => state !== 'done' && state !== 'dropped';

function planWishes(plan: Told['plan'], where: Where): Wish[] {
  return (plan?.items ?? []).filter(isOpen).flatMap((item): Wish[] => {
    const common = { note: safeLine(item.title), at: item.updatedAt, href: addressOf(where, 'plan') };
    return [
      ...item.questions
        .filter(({ answer }) => answer === null)
        .map(({ id, text }) => ({ ...common, key: id, kind: 'Question', text: safeLine(text) })),
      ...item.blockers.map(({ id, text }) => ({ ...common, key: id, kind: 'Blocker', text: safeLine(text) })),
    ];
  });
}

/** All of it, what was said last first. */
export function wishesIn({ reviews, plan, handoffs, merges }: Told, where: Where): Wish[] {
  return [
    ...(merges?.stopped ?? []).map(({ source, into, at, conflicts }) => ({
      key: `merge ${source} ${into}`,
      kind: 'Conflict',
      text: `${safeLine(source)} into ${safeLine(into)}`,
      note: `${plural(conflicts, 'conflict')} to settle`,
      at,
      href: reviewAddress(where.workspace, { name: source, into }),
    })),
    ...(reviews?.rows ?? [])
      .filter(({ state }) => state === 'open' || state === 'changes-requested')
      .map(({ branch, into, state }) => ({
        key: branch.id,
        kind: 'Review',
        text: safeLine(branch.name),
        note: `${branch.ahead} events ahead${state === 'open' ? '' : ', changes were asked for'}`,
        at: branch.lastAt,
        href: reviewAddress(where.workspace, { name: branch.name, into }),
      })),
    ...planWishes(plan, where),
    ...(handoffs?.handoffs ?? []).map(({ posting, content }) => ({
      key: posting.id,
      kind: 'Handoff',
      text: safeLine(content?.task ?? `handoff ${posting.id.slice(-6)}`),
      note: `from ${safeLine(posting.from)} to ${posting.to.kind === 'anybody' ? 'anybody' : safeLine(posting.to.name)}`,
      at: posting.updatedAt,
      href: addressOf(where, 'plan'),
    })),
  ].sort((a, b) => b.at - a.at);
}

const mostShown = 10;

export function Waiting({ told }: { told: Told }) {
  const where = useWhere();
  const wishes = wishesIn(told, where);
  if (wishes.length === 0) {
    const isKnown = Object.values(told).every((one) => one !== null);
    return <p className="quiet">{isKnown ? 'Nothing waits for you.' : 'Not all of it is known yet.'}</p>;
  }
  return (
    <>
      <ul className="rows">
        {wishes.slice(0, mostShown).map(({ key, kind, text, note, at, href }) => (
          <li key={key}>
            <span className="row-main">
              <span className="chip">{kind}</span> <Link href={href}>{text}</Link>
              <small className="quiet">{note}</small>
            </span>
            <span className="row-aside quiet">
              <When at={at} />
            </span>
          </li>
        ))}
      </ul>
      {wishes.length > mostShown && <p className="quiet">and {wishes.length - mostShown} more</p>}
    </>
  );
}
