import { Link } from 'wouter';
import { safeLine } from '../../../../core/safe-text.ts';
import type { OutputOf } from '../../../../schema/operation.ts';
import { stepAddress } from '../../parts/step-address.ts';
import { lookOf } from '../../parts/step-look.ts';
import { When } from '../../parts/when.tsx';
import type { Called } from '../../use-call.ts';
import type { Where } from '../../where.tsx';
import { Rows } from './panel.tsx';

/** What failed or was refused lately, the latest first. */
export default function Failures({ called, where }: { called: Called<OutputOf<'live.show'>>; where: Where }) {
  return (
    <Rows
      called={called}
      rowsOf={({ recent }) => recent.toReversed()}
      none="Nothing failed in the last thirty days."
    >
      {(event) => {
        const { kind, title } = lookOf(event);
        return (
          <li key={event.id}>
            <span className="row-main">
              <span className="bad">{event.status === 'rejected' ? 'refused' : 'failed'}</span>{' '}
              <Link href={stepAddress(where, event.session, { event: event.id })}>
                {kind} {title.slice(0, 200)}
              </Link>
              <small className="quiet">{safeLine(event.agent)}</small>
            </span>
            <span className="row-aside quiet">
              <When at={event.at} />
            </span>
          </li>
        );
      }}
    </Rows>
  );
}
