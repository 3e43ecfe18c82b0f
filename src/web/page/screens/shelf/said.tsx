import { useState } from 'react';
import { safeText } from '../../../../core/safe-text.ts';

/** So much is looked at of what came from outside, however much there is. */
const mostRead = 200_000;

/** What somebody said, as it may be shown: no control characters and none that reorder or hide others, at most `most` characters. */
export function shownText(text: string, most = mostRead): string {
  const safe = safeText(text.slice(0, mostRead));
  return safe.length <= most ? safe : `${safe.slice(0, most - 1).trimEnd()}…`;
}

/** The same on one line. */
export const shownLine = (text: string, most = 300): string =>
  shownText(text.slice(0, most * 4), most * 2)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, most);

/** A text from outside; a long one is shown to its end when that is asked for. */
export function Said({ text, most = 2_000 }: { text: string; most?: number }) {
  const [isWhole, setWhole] = useState(false);
  const whole = shownText(text);
  const isLong = whole.length > most || text.length > mostRead;
  return (
    <div className="said" dir="auto">
      {isWhole ? whole : shownText(text, most)}
      {isLong && !isWhole && (
        <>
          {' '}
          <button type="button" className="plain" onClick={() => setWhole(true)}>
            Show all
          </button>
        </>
      )}
      {isWhole && text.length > mostRead && (
        <p className="quiet">The rest of {text.length.toLocaleString('en')} characters is not shown here.</p>
      )}
    </div>
  );
}
