import { Fragment, type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { plural } from '../../../../core/amount-text.ts';
import { lineOf } from '../../parts/said.tsx';
import { Tokens } from '../../parts/step-code.tsx';
import { languageOf, type Token, useColours } from '../../parts/step-colours.ts';
import { Talk } from './comment.tsx';
import { CommentForm } from './comment-form.tsx';
import type { Row } from './diff-rows.ts';

import type { Thread } from './threads.ts';

const shownRows = 400;
const moreRows = 2000;

/** Colours of one side of the change: the lines of the other are empty in there. */
function useSide(rows: readonly Row[], without: 'add' | 'remove', path: string): Token[][] | null {
  const text = useMemo(
    () => rows.map(({ kind, text }) => (kind === without || kind === 'hunk' ? '' : text)).join('\n'),
    [rows, without],
  );
  return useColours(text, languageOf(path));
}

/** The lines of a file that a commit changed. Arrows move from line to line, Enter or `c` comments on one. */
export function CommitLines({
  sha,
  path,
  rows,
  threads,
}: {
  sha: string;
  path: string;
  rows: readonly Row[];
  threads: readonly Thread[];
}) {
  const [most, setMost] = useState(shownRows);
  const [commenting, setCommenting] = useState<number | null>(null);
  const table = useRef<HTMLTableElement>(null);
  const shown = useMemo(() => rows.slice(0, most), [rows, most]);
  const before = useSide(shown, 'add', path);
  const after = useSide(shown, 'remove', path);
  const first = shown.find((row) => row.after !== null)?.after ?? null;
  const onKeyDown = (event: KeyboardEvent<HTMLTableElement>): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const button = event.target;
    if (!(button instanceof HTMLButtonElement) || button.dataset.line === undefined) return;
    if (event.key === 'c') button.click();
    else if (step === undefined) return;
    else focusLine(table.current, button, step);
    event.preventDefault();
  };
  return (
    <div className="commit-lines">
      <table ref={table} onKeyDown={onKeyDown}>
        <caption className="unseen">Changed lines of {lineOf(path, 300)}</caption>
        <tbody>
          {shown.map((row, index) => {
            const line = row.after;
            const said = line === null ? [] : threads.filter(({ root }) => root.place?.line === line);
            const key = `${index}`;
            return (
              <Fragment key={key}>
                <Line
                  row={row}
                  tokens={(row.kind === 'remove' ? before : after)?.[index]}
                  isFirst={line === first}
                  comment={() => setCommenting(line)}
                />
                {(said.length > 0 || (commenting !== null && commenting === line)) && (
                  <tr>
                    <td colSpan={4} className="line-talk">
                      {said.map((thread) => (
                        <Talk key={thread.root.event} thread={thread} />
                      ))}
                      {commenting === line && line !== null && (
                        <CommentForm
                          place={{ commit: sha, path, line }}
                          label={`Comment on line ${line}`}
                          onDone={() => setCommenting(null)}
                        />
                      )}
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
      {rows.length > most && (
        <button type="button" onClick={() => setMost(most + moreRows)}>
          {plural(rows.length - most, 'more line')}
        </button>
      )}
    </div>
  );
}

function focusLine(table: HTMLTableElement | null, from: HTMLButtonElement, step: number): void {
  const lines = [...(table?.querySelectorAll<HTMLButtonElement>('button[data-line]') ?? [])];
  const next = lines[lines.indexOf(from) + step];
  if (next === undefined) return;
  // One line of a file is reached by Tab: the one that was left.
  from.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

const signs = { add: '+', remove: '−', context: '', hunk: '', note: '' } as const;

function Line({
  row,
  tokens,
  isFirst,
  comment,
}: {
  row: Row;
  tokens: readonly Token[] | undefined;
  isFirst: boolean;
  comment: () => void;
}) {
  const { kind, before, after, text, cutChars } = row;
  if (kind === 'hunk' || kind === 'note')
    return (
      <tr className="line-hunk">
        <td colSpan={4}>{text}</td>
      </tr>
    );
  return (
    <tr className={`line-${kind}`}>
      <td className="line-number">{before}</td>
      <td className="line-number">
        {after !== null && (
          <button
            type="button"
            data-line={after}
            tabIndex={isFirst ? 0 : -1}
            aria-label={`Comment on line ${after}`}
            onClick={comment}
          >
            {after}
          </button>
        )}
      </td>
      <td className="line-sign">
        {signs[kind]}
        {kind !== 'context' && <span className="unseen">{kind === 'add' ? 'added' : 'removed'}</span>}
      </td>
      <td className="line-text">
        {tokens === undefined ? text : <Tokens tokens={tokens} />}
        {cutChars > 0 && <span className="chip">{plural(cutChars, 'more character')}</span>}
      </td>
    </tr>
  );
}
