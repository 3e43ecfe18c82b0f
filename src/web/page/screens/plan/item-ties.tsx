import { Link } from 'wouter';
import type { OutputOf } from '../../../../schema/operation.ts';
import { Mark } from '../../parts/mark.tsx';
import { lineOf } from '../../parts/said.tsx';
import { addressOf, useWhere } from '../../where.tsx';
import { type Item, states, usePlan } from './in-plan.ts';

type Detail = NonNullable<OutputOf<'plan.show'>['detail']>;
type Named = Detail['parts'][number];

const footings: Record<Detail['footing'], string> = {
  ready: 'Ready to begin',
  'parts-open': 'Parts of it are open',
  stalled: 'Stalled',
  held: 'Held',
  doing: 'Being done',
  waiting: 'Waiting',
  closed: 'Closed',
};

/** Where an item stands, and what it is tied to. */
export function ItemTies({ item, detail }: { item: Item; detail: Detail }) {
  const { change } = usePlan();
  const { parent, parts, dependsOn, dependants, links, footing, why } = detail;
  return (
    <section className="item-part">
      <h3>{footings[footing]}</h3>
      {why.length > 0 && (
        <ul className="quiet">
          {why.slice(0, 10).map((reason) => (
            <li key={reason}>{lineOf(reason, 300)}</li>
          ))}
        </ul>
      )}
      <Items label="Depends on" items={dependsOn} drop={(id) => void change(item, { undepend: [id] })} />
      <Items label="Needed by" items={dependants} />
      <Items label="Part of" items={parent === null ? [] : [parent]} />
      <Items label="Parts" items={parts} />
      {links.length > 0 && (
        <>
          <h4>Links</h4>
          <ul>
            {links.map((link) => (
              <li key={link.ref}>
                <LinkTo link={link} />
              </li>
            ))}
          </ul>
        </>
      )}
      {item.paths.length > 0 && (
        <>
          <h4>Files</h4>
          <ul>
            {item.paths.slice(0, 50).map((path) => (
              <li key={path}>
                <code>{lineOf(path, 200)}</code>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Items({
  label,
  items,
  drop,
}: {
  label: string;
  items: readonly Named[];
  drop?: (id: string) => void;
}) {
  const { open } = usePlan();
  if (items.length === 0) return null;
  return (
    <>
      <h4>{label}</h4>
      <ul>
        {items.map(({ id, title, state }) => {
          const look = states.find((one) => one.state === state);
          return (
            <li key={id}>
              <Mark name={look?.mark ?? 'open'} tone={look?.tone ?? ''} />
              <span className="unseen">{look?.label}: </span>
              <button type="button" className="plain" onClick={() => open(id)}>
                <bdi>{lineOf(title, 160)}</bdi>
              </button>
              {drop !== undefined && (
                <button type="button" className="plain" onClick={() => drop(id)}>
                  remove<span className="unseen"> the dependency on {lineOf(title, 60)}</span>
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}

function LinkTo({ link: { ref, kind, title } }: { link: Detail['links'][number] }) {
  const where = useWhere();
  const text = <bdi>{lineOf(title ?? ref, 160)}</bdi>;
  if (kind === 'session')
    return <Link href={addressOf(where, `sessions/${encodeURIComponent(ref)}`)}>{text}</Link>;
  if (kind === 'decision') return <Link href={addressOf(where, 'memory')}>{text}</Link>;
  return (
    <>
      <span className="quiet">{kind}</span> {text}
    </>
  );
}
