import { useEffect } from 'react';
import type { InputOf } from '../../../../schema/operation.ts';
import type { MemoryKind } from '../../../../schema/operations/memory.ts';
import { Answer, Nothing } from '../../parts/answer.tsx';
import { useQuery } from '../../parts/query.ts';
import { useCall } from '../../use-call.ts';
import { useWhere } from '../../where.tsx';
import { Pager, skippedIn } from '../shelf/pager.tsx';
import { Filters } from './filters.tsx';
import { kindNames, kinds } from './names.ts';
import { Row } from './row.tsx';

const pageSize = 50;
const isKind = (text: string | null): text is MemoryKind => kinds.some((kind) => kind === text);
type State = NonNullable<InputOf<'memory.browse'>['state']>;
const states: readonly State[] = ['standing', 'past', 'contested', 'any'];

/** Everything that was remembered, a page at a time. `news` grows when something new may be there. */
export function Browser({ news }: { news: number }) {
  const where = useWhere();
  const { query, ask } = useQuery();
  const kind = query.get('kind');
  const author = query.get('author');
  const path = query.get('path');
  const skip = skippedIn(query);
  const called = useCall('memory.browse', {
    ...where,
    ...(isKind(kind) ? { kind } : {}),
    ...(author === null ? {} : { author }),
    ...(path === null ? {} : { path }),
    state: states.find((state) => state === query.get('state')) ?? 'standing',
    own: query.get('own') === '1',
    skip,
    limit: pageSize,
  });
  const { refresh, data } = called;
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is asked again for the news alone
  useEffect(() => {
    if (news > 0) refresh();
  }, [news]);
  const all = data === null ? null : Object.values(data.kinds).reduce((sum, many) => sum + many, 0);
  return (
    <>
      <fieldset className="tabs">
        <legend className="unseen">Kind</legend>
        <Tab
          name="All"
          many={all}
          isChosen={!isKind(kind)}
          onChoose={() => ask({ kind: null, skip: null }, true)}
        />
        {kinds.map((one) => (
          <Tab
            key={one}
            name={kindNames[one].many}
            many={data?.kinds[one] ?? null}
            isChosen={kind === one}
            onChoose={() => ask({ kind: one, skip: null }, true)}
          />
        ))}
      </fieldset>
      <Filters seen={data?.memories ?? []} />
      <Answer called={called}>
        {({ memories, matched }) => (
          <>
            {memories.length === 0 ? (
              <Empty />
            ) : (
              <ul className="rows">
                {memories.map((memory) => (
                  <Row key={`${memory.kind}${memory.key ?? memory.event}`} memory={memory} />
                ))}
              </ul>
            )}
            <Pager limit={pageSize} total={matched} />
          </>
        )}
      </Answer>
    </>
  );
}

function Tab({
  name,
  many,
  isChosen,
  onChoose,
}: {
  name: string;
  many: number | null;
  isChosen: boolean;
  onChoose: () => void;
}) {
  return (
    <button type="button" aria-pressed={isChosen} onClick={onChoose}>
      {name} {many !== null && <span className="count">{many.toLocaleString('en')}</span>}
    </button>
  );
}

function Empty() {
  const { query } = useQuery();
  const isNarrowed = ['kind', 'author', 'path', 'own', 'state'].some((name) => query.has(name));
  return (
    <Nothing>
      {isNarrowed ? (
        <p>Nothing is like this. Take a filter away to see more.</p>
      ) : (
        <>
          <p>Nothing is remembered here yet.</p>
          <p>
            Press <kbd>n</kbd> to write a note, or type{' '}
            <code>hivemind remember decision "session store" PostgreSQL --why "we need transactions"</code>.
            Agents write here by themselves once they are connected.
          </p>
        </>
      )}
    </Nothing>
  );
}
