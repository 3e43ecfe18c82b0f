import { useState } from 'react';
import { type Token, useColours } from './step-colours.ts';
import '../style/step.css';

/** So much is shown at first, and with each wish for more. */
const shownChars = 20_000;
const moreChars = 200_000;

/** Stretches of one line. */
export const Tokens = ({ tokens }: { tokens: readonly Token[] }) =>
  tokens.map(({ text, kind }, index) => {
    const key = `${index}`;
    if (kind === '') return text;
    return (
      <span key={key} className={kind}>
        {text}
      </span>
    );
  });

/** Text as it was written, coloured where `language` is known; of a long one the beginning, and more on demand. */
export function Code({ text, language = null }: { text: string; language?: string | null }) {
  const [most, setMost] = useState(shownChars);
  const shown = text.length > most ? text.slice(0, most).toWellFormed() : text;
  const lines = useColours(shown, language);
  const left = text.length - shown.length;
  return (
    <div className="code">
      <pre>
        <code>
          {lines === null
            ? shown
            : lines.map((tokens, index) => {
                const key = `${index}`;
                return (
                  <span key={key}>
                    <Tokens tokens={tokens} />
                    {'\n'}
                  </span>
                );
              })}
        </code>
      </pre>
      {left > 0 && (
        <button type="button" onClick={() => setMost(most + moreChars)}>
          Show more ({left.toLocaleString('en')} characters left)
        </button>
      )}
    </div>
  );
}
