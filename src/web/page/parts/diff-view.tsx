import { useMemo, useState } from 'react';
import type { DiffLine } from '../../../core/step-view.ts';
import { Tokens } from './step-code.tsx';
import { languageOf, type Token, useColours } from './step-colours.ts';
import '../style/step.css';

const shownLines = 400;
const moreLines = 4_000;

/** A line of a diff with its numbers before and behind the change; null: it is not in there. */
interface NumberedLine extends DiffLine {
  before: number | null;
  after: number | null;
}

/** Numbers the lines by what the headers of their hunks say (`@@ -1,2 +3,4 @@`). */
export function numberLines(lines: readonly DiffLine[]): NumberedLine[] {
  let [before, after] = [1, 1];
  return lines.map((line) => {
    if (line.kind === 'hunk') {
      const [, from, to] = /^@@ -(\d{1,9})(?:,\S*)? \+(\d{1,9})/.exec(line.text) ?? [];
      [before, after] = [Number(from ?? 1), Number(to ?? 1)];
      return { ...line, before: null, after: null };
    }
    const isOld = line.kind !== 'add';
    const isNew = line.kind !== 'remove';
    const numbered = { ...line, before: isOld ? before : null, after: isNew ? after : null };
    if (isOld) before += 1;
    if (isNew) after += 1;
    return numbered;
  });
}

const signs = { add: '+', remove: '−', context: ' ', hunk: '' } as const;
const codeOf = ({ kind, text }: DiffLine): string => (kind === 'hunk' ? '' : text.slice(1));

/** Colours of one side of the change: the lines of the other are empty in there. */
function useSide(lines: readonly DiffLine[], without: 'add' | 'remove', path: string): Token[][] | null {
  const text = useMemo(
    () => lines.map((line) => (line.kind === without ? '' : codeOf(line))).join('\n'),
    [lines, without],
  );
  return useColours(text, languageOf(path));
}

/** A change of a file, line by line. `path`: whose grammar colours it. */
export function DiffView({ lines, path = '' }: { lines: readonly DiffLine[]; path?: string }) {
  const [most, setMost] = useState(shownLines);
  const shown = useMemo(() => numberLines(lines.slice(0, most)), [lines, most]);
  const before = useSide(shown, 'add', path);
  const after = useSide(shown, 'remove', path);
  const left = lines.length - shown.length;
  return (
    <div className="diff">
      <table>
        <caption className="unseen">{path === '' ? 'Changed lines' : `Changed lines of ${path}`}</caption>
        <tbody>
          {shown.map((line, index) => {
            const key = `${index}`;
            const tokens = (line.kind === 'remove' ? before : after)?.[index];
            return <DiffRow key={key} line={line} tokens={tokens} />;
          })}
        </tbody>
      </table>
      {left > 0 && (
        <button type="button" onClick={() => setMost(most + moreLines)}>
          Show more ({left.toLocaleString('en')} lines left)
        </button>
      )}
    </div>
  );
}

function DiffRow({ line, tokens }: { line: NumberedLine; tokens: readonly Token[] | undefined }) {
  const { kind, before, after } = line;
  if (kind === 'hunk')
    return (
      <tr className="diff-hunk">
        <td colSpan={4}>{line.text}</td>
      </tr>
    );
  return (
    <tr className={`diff-${kind}`}>
      <td className="diff-number">{before}</td>
      <td className="diff-number">{after}</td>
      <td className="diff-sign">
        {signs[kind]}
        {kind !== 'context' && <span className="unseen">{kind === 'add' ? 'added' : 'removed'}</span>}
      </td>
      <td className="diff-text">
        {tokens === undefined ? codeOf(line).slice(0, 20_000) : <Tokens tokens={tokens} />}
      </td>
    </tr>
  );
}
