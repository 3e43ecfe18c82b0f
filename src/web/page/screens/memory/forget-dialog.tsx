import { useState } from 'react';
import { plural } from '../../../../core/amount-text.ts';
import type { OutputOf } from '../../../../schema/operation.ts';
import type { Remembered } from '../../../../schema/operations/memory.ts';
import { Answer, Failure } from '../../parts/answer.tsx';
import { Modal } from '../../parts/modal.tsx';
import { lineOf } from '../../parts/said.tsx';
import { useCall } from '../../use-call.ts';
import { useWhere } from '../../where.tsx';
import { useAct } from '../shelf/act.ts';

type Forgot = OutputOf<'event.forget'>;

interface Props {
  memory: Remembered;
  /** Events of all that was said under its name. */
  versions: readonly string[];
  onClose: () => void;
  onDone: (said: string, next: string | null) => void;
}

/** The word that says that one means it, as on the command line. */
const wordToType = 'yes';

/** Shows what would go, asks for the word, and has it forgotten. */
export function ForgetDialog({ memory, versions, onClose, onDone }: Props) {
  const where = useWhere();
  const [isAll, setAll] = useState(true);
  const [typed, setTyped] = useState('');
  const [why, setWhy] = useState('');
  const act = useAct('event.forget');
  const wanted = {
    workspace: where.workspace,
    what: (isAll && versions.length > 0 ? [...new Set([memory.event, ...versions])] : [memory.event]).join(
      ' ',
    ),
  };
  const preview = useCall('event.forget', { ...wanted, 'dry-run': true });
  const forget = async (): Promise<void> => {
    const done = await act.run({ ...wanted, yes: true, ...(why.trim() === '' ? {} : { why: why.trim() }) });
    if (done !== null) onDone(doneText(done), null);
  };
  // An answer to what was asked before is no preview of what is asked now.
  const isPreviewed = preview.data !== null && !preview.isLoading && preview.error === null;
  const isReady = isPreviewed && (preview.data?.count ?? 0) > 0 && typed.trim() === wordToType && !act.isBusy;
  return (
    <Modal title="Forget for good" onClose={onClose}>
      {versions.length > 1 && (
        <label className="check">
          <input type="checkbox" checked={isAll} onChange={({ target }) => setAll(target.checked)} /> all{' '}
          {versions.length} versions, not only the last
        </label>
      )}
      <Answer called={preview}>{(found) => <Going found={found} />}</Answer>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) void forget();
        }}
      >
        <label className="stacked">
          Why (is kept; optional)
          <input value={why} maxLength={500} onChange={({ target }) => setWhy(target.value)} />
        </label>
        <label className="stacked">
          Their content goes for good. Type {wordToType} to go on
          <input
            value={typed}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            onChange={({ target }) => setTyped(target.value)}
          />
        </label>
        {act.error !== null && <Failure error={act.error} />}
        <div className="actions">
          <button type="submit" className="danger" disabled={!isReady}>
            {act.isBusy ? 'Forgetting…' : 'Forget'}
          </button>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Modal>
  );
}

function doneText({ count, remaining: { machines, tables, backups } }: Forgot): string {
  const elsewhere = [
    machines.length > 0 ? `${plural(machines.length, 'machine')} that share the bucket` : '',
    tables > 0 ? `${plural(tables, 'table')} of the bucket, for 10 minutes` : '',
    backups.length > 0 ? plural(backups.length, 'back-up') : '',
  ].filter((text) => text !== '');
  const still = elsewhere.length === 0 ? '' : ` It may still be in: ${elsewhere.join(', ')} (see Settings).`;
  return `Forgot ${plural(count, 'event')}.${still}`;
}

/** What would go. */
function Going({ found }: { found: Forgot }) {
  const { count, sessions, types, quotes, derived, decided, payloads, remaining } = found;
  if (count === 0) return <p>Nothing is to be forgotten: all of it is gone already.</p>;
  return (
    <>
      <p>
        {plural(count, 'event')} of {plural(sessions, 'session')} would go:{' '}
        {Object.entries(types)
          .map(([type, many]) => `${lineOf(type, 60)} ${many}`)
          .join(', ')}
        {derived > 0 && `; ${derived} of them were made of others that go`}
        {decided > 0 && `; and rows of ${plural(decided, 'merge')}`}
        {payloads > 0 && `; and ${plural(payloads, 'payload')} that could not be taken in`}.
      </p>
      <ul className="quotes">
        {quotes.map(({ event, type, line, derived: isDerived }) => (
          <li key={event}>
            <code>{lineOf(type, 60)}</code> <span dir="auto">{lineOf(line, 200)}</span>
            {isDerived && <span className="quiet"> (made of what goes)</span>}
          </li>
        ))}
      </ul>
      {remaining.backups.length > 0 && (
        <p className="warn">
          ⚠ {plural(remaining.backups.length, 'back-up')} of before may still hold it:{' '}
          <code>hivemind forget status</code> names them.
        </p>
      )}
    </>
  );
}
