import { useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import type { OutputOf } from '../../../../schema/operation.ts';
import type { Remembered } from '../../../../schema/operations/memory.ts';
import { Answer, Failure } from '../../parts/answer.tsx';
import { lineOf, Said } from '../../parts/said.tsx';
import { stepAddress } from '../../parts/step-address.ts';
import { When } from '../../parts/when.tsx';
import { useCall } from '../../use-call.ts';
import { useWhere } from '../../where.tsx';
import { useAct } from '../shelf/act.ts';
import { HoldsMark } from '../shelf/holds.tsx';
import { Contested } from './contested.tsx';
import type { Editing } from './editor.tsx';
import { ForgetDialog } from './forget-dialog.tsx';
import { itemOf, kindNames, namedBy } from './names.ts';
import { Ended, Outcome } from './row.tsx';

interface Props {
  item: string;
  news: number;
  onEdit: (editing: Editing) => void;
  onDone: (said: string, next: string | null) => void;
  onClose: () => void;
}

/** One remembered thing with everything that is known of it, and what can be done with it. */
export function Item({ item, news, onEdit, onDone, onClose }: Props) {
  const where = useWhere();
  const called = useCall('memory.show', { ...where, ...namedBy(item) });
  const { refresh } = called;
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is asked again for the news alone
  useEffect(() => {
    if (news > 0) refresh();
  }, [news]);
  return (
    <>
      <div className="panel-top">
        <h2 ref={head} tabIndex={-1}>
          {called.data === null ? 'What is chosen' : titleOf(called.data.memory)}
        </h2>
        <button type="button" onClick={onClose} aria-keyshortcuts="Escape">
          Close
        </button>
      </div>
      <Answer called={called}>
        {(shown) => (
          <>
            <Facts memory={shown.memory} />
            <Contested memory={shown.memory} onDone={onDone} />
            <Actions shown={shown} onEdit={onEdit} onDone={onDone} />
            <Past history={shown.history} current={shown.memory.event} />
          </>
        )}
      </Answer>
    </>
  );
}

const titleOf = ({ kind, title }: Remembered): string =>
  title === '' ? `A${kind === 'attempt' ? 'n' : ''} ${kindNames[kind].one}` : lineOf(title, 160);

function Facts({ memory }: { memory: Remembered }) {
  const where = useWhere();
  const { kind, text, reason, alternatives, instead, outcome, ended, paths, by, at, branch } = memory;
  return (
    <>
      <p className="meta">
        <span className="badge">{kindNames[kind].one}</span>
        <Outcome outcome={outcome} />
        <Ended memory={memory} />
      </p>
      <Said text={text} />
      <dl className="facts">
        {ended !== null && ended.why !== '' && ended.why !== reason && (
          <Fact name="ended">{<Said text={ended.why} />}</Fact>
        )}
        {reason !== '' && <Fact name="because">{<Said text={reason} />}</Fact>}
        {instead !== '' && <Fact name="instead">{<Said text={instead} />}</Fact>}
        {alternatives.map((one) => (
          <Fact key={one.choice} name="not">
            {lineOf(one.choice, 400)}
            {one.reason !== '' && <span className="quiet">: {lineOf(one.reason, 400)}</span>}
          </Fact>
        ))}
        {paths.length > 0 && (
          <Fact name="about">
            {paths.slice(0, 20).map((path) => (
              <code key={path} className="path">
                {lineOf(path, 200)}
              </code>
            ))}
            {paths.length > 20 && ` and ${paths.length - 20} more`}
          </Fact>
        )}
        <Fact name="from">
          {lineOf(by, 80)}, <When at={at} />, on {lineOf(branch, 80)}
          {memory.session !== '' && (
            <>
              {' · '}
              <Link href={stepAddress(where, memory.session)}>session</Link>
            </>
          )}
        </Fact>
        <Fact name="holds">
          <Check memory={memory} />
        </Fact>
        <Fact name="event">
          <code>{memory.event}</code>
        </Fact>
      </dl>
    </>
  );
}

const Fact = ({ name, children }: { name: string; children: React.ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const verdicts = {
  holds: '✓ It still holds.',
  stale: '⚠ It may not hold any more.',
  unknown: '? Nothing tells.',
} as const;

/** Whether it still is as it was: by its files and its commit. Commands of one's own are run in a terminal alone. */
function Check({ memory }: { memory: Remembered }) {
  const where = useWhere();
  const act = useAct('memory.check');
  const [found, setFound] = useState<OutputOf<'memory.check'>['checked'][number] | null>(null);
  const named = namedBy(itemOf(memory));
  return (
    <>
      <HoldsMark holds={found?.holds ?? memory.holds} />{' '}
      <button
        type="button"
        disabled={act.isBusy}
        onClick={async () => {
          const answer = await act.run({ ...where, name: named.name });
          setFound(answer?.checked.find(({ kind }) => kind === memory.kind) ?? null);
        }}
      >
        Check now
      </button>
      <span role="status">{found !== null && ` ${verdicts[found.verdict]}`}</span>
      {found?.probe != null && (
        <p className="quiet">
          A command of yours tells more: <code>hivemind memory check "{lineOf(named.name, 80)}" --run</code>
        </p>
      )}
      {act.error !== null && <Failure error={act.error} />}
    </>
  );
}

function Actions({
  shown: { memory, history },
  onEdit,
  onDone,
}: { shown: OutputOf<'memory.show'> } & Pick<Props, 'onEdit' | 'onDone'>) {
  const where = useWhere();
  const withdraw = useAct('memory.withdraw');
  const [isForgetting, setForgetting] = useState(false);
  const stands = memory.state === 'standing';
  return (
    <>
      <div className="actions">
        <button type="button" onClick={() => onEdit({ kind: memory.kind, of: memory })}>
          {stands ? 'Edit' : 'Write anew'}
        </button>
        {stands && (
          <button
            type="button"
            disabled={withdraw.isBusy}
            onClick={async () => {
              const { name, kind } = namedBy(itemOf(memory));
              const done = await withdraw.run({ ...where, name, ...(kind && { kind }), event: memory.event });
              if (done !== null) onDone('Withdrawn: agents are not told it any more.', itemOf(memory));
            }}
          >
            Withdraw
          </button>
        )}
        <button type="button" className="danger" onClick={() => setForgetting(true)}>
          Forget…
        </button>
      </div>
      <p className="quiet">
        Edit writes a new version and withdraw says that it does not stand; both keep the history. Forget
        takes the content away for good.
      </p>
      {withdraw.error !== null && <Failure error={withdraw.error} />}
      {isForgetting && (
        <ForgetDialog
          memory={memory}
          versions={history.map(({ event }) => event)}
          onClose={() => setForgetting(false)}
          onDone={onDone}
        />
      )}
    </>
  );
}

function Past({ history, current }: { history: OutputOf<'memory.show'>['history']; current: string }) {
  if (history.length < 2 && history.every(({ event }) => event === current)) return null;
  return (
    <>
      <h3>What was said before</h3>
      <ol className="past">
        {history.map(({ event, text, reason, by, at, until, state, branch }) => (
          <li key={event}>
            <span dir="auto">{lineOf(text, 400)}</span>
            {reason !== '' && <span className="quiet"> because {lineOf(reason, 300)}</span>}
            <p className="meta">
              {state === 'withdrawn' && <span className="badge warn">withdrawn</span>}
              <span>{lineOf(by, 60)}</span>
              <When at={at} />
              <span>on {lineOf(branch, 60)}</span>
              <span>
                {until === null ? (
                  'stands'
                ) : (
                  <>
                    until <When at={until} />
                  </>
                )}
              </span>
            </p>
          </li>
        ))}
      </ol>
    </>
  );
}
