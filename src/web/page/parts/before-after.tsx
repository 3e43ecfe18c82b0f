import { isEmpty, Said, valueText } from './said.tsx';

const isShort = (text: string): boolean => text.length <= 60 && !text.includes('\n');

/** What a field was and what it becomes: on one line where both are short, else below each other. */
export function BeforeAfter({
  field = '',
  before,
  after,
}: {
  field?: string;
  before: unknown;
  after: unknown;
}) {
  const [was, is] = [valueText(before, field), valueText(after, field)];
  const isOneLine = isShort(was) && isShort(is);
  return (
    <div className={isOneLine ? 'change one-line' : 'change'}>
      {!isEmpty(before) && (
        <del>
          <span className="unseen">before: </span>
          <Said text={was} />
        </del>
      )}
      {!isEmpty(before) && isOneLine && <span aria-hidden="true">→</span>}
      <ins>
        <span className="unseen">after: </span>
        <Said text={is} />
      </ins>
    </div>
  );
}
