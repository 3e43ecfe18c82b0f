import { type FormEvent, useId, useState } from 'react';
import { Mark } from '../../parts/mark.tsx';
import { lineOf, Said } from '../../parts/said.tsx';
import { type Change, type Item, usePlan } from './in-plan.ts';

/** What keeps an item from being done, and what has to be answered for it. */
export function Obstacles({ item }: { item: Item }) {
  const { change } = usePlan();
  const { blockers, questions } = item;
  return (
    <section className="item-part">
      <h3>Blockers and questions</h3>
      <ul>
        {blockers.map(({ id, text }) => (
          <li key={id} className="obstacle">
            <Mark name="blocked" tone="bad" />
            <Said text={text} />
            <button type="button" onClick={() => void change(item, { unblock: [id] })}>
              Remove<span className="unseen"> the blocker {lineOf(text, 60)}</span>
            </button>
          </li>
        ))}
        {questions.map((question) => (
          <li key={question.id} className="obstacle">
            <Mark name="ask" tone={question.answer === null ? 'warn' : 'good'} />
            <div>
              <Said text={question.text} />
              {question.answer === null ? (
                <OneLine
                  label={`Answer: ${lineOf(question.text, 80)}`}
                  button="Answer"
                  most={4000}
                  send={(answer) => change(item, { answer: `${question.id}=${answer}` })}
                />
              ) : (
                <Said text={question.answer} className="answered" />
              )}
            </div>
          </li>
        ))}
      </ul>
      <Adding item={item} />
    </section>
  );
}

function Adding({ item }: { item: Item }) {
  const { change } = usePlan();
  const [kind, setKind] = useState<'blocker' | 'question' | null>(null);
  if (kind === null)
    return (
      <div className="buttons">
        <button type="button" className="plain" onClick={() => setKind('blocker')}>
          Add a blocker
        </button>
        <button type="button" className="plain" onClick={() => setKind('question')}>
          Ask a question
        </button>
      </div>
    );
  const said = (text: string): Change => (kind === 'blocker' ? { blocker: text } : { question: text });
  return (
    <OneLine
      label={kind === 'blocker' ? 'What keeps it from being done' : 'What has to be answered'}
      button="Add"
      most={1000}
      isWanted
      send={async (text) => {
        const isWritten = await change(item, said(text));
        if (isWritten) setKind(null);
        return isWritten;
      }}
    />
  );
}

/** One line to type, and what sends it. */
function OneLine({
  label,
  button,
  most,
  isWanted = false,
  send,
}: {
  label: string;
  button: string;
  most: number;
  /** It was just asked for. */
  isWanted?: boolean;
  send: (text: string) => Promise<boolean>;
}) {
  const [text, setText] = useState('');
  const id = useId();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (text.trim() !== '' && (await send(text.trim()))) setText('');
  };
  return (
    <form className="one-line" onSubmit={(event) => void submit(event)}>
      <label htmlFor={id} className="unseen">
        {label}
      </label>
      <input
        id={id}
        maxLength={most}
        placeholder={button === 'Add' ? label : 'Answer'}
        value={text}
        // biome-ignore lint/a11y/noAutofocus: it was just asked for
        autoFocus={isWanted}
        onChange={({ target }) => setText(target.value)}
      />
      <button type="submit" disabled={text.trim() === ''}>
        {button}
      </button>
    </form>
  );
}
