import { useMemo, useState } from 'react';
import { durationText } from '../../../core/amount-text.ts';
import type { Sheet } from '../../../core/replay/sheet.ts';
import { safeLine } from '../../../core/safe-text.ts';
import { sessionTitle } from '../parts/session-title.ts';
import { stepIn } from '../parts/step-address.ts';
import { momentText } from '../parts/step-look.ts';
import { type Choice, everything, type Step } from '../screens/replay/source.ts';
import { useReplay } from '../screens/replay/use-replay.ts';
import { Viewer } from '../screens/replay/viewer.tsx';
import { embeddedSource } from './embedded-source.ts';

/** A replay that was saved as a page: the viewer, and nobody behind it. */
export function SheetPage({ sheet }: { sheet: Sheet }) {
  const [choice, setChoice] = useState(everything);
  const [wanted, setWanted] = useState(() => stepIn(new URLSearchParams(location.hash.slice(1))));
  const source = useMemo(() => embeddedSource(sheet, choice), [sheet, choice]);
  const replay = useReplay(source);
  const choose = (next: Choice, step: Step | undefined): void => {
    const there = embeddedSource(sheet, next);
    void there.place(step?.id ?? '', new AbortController().signal).then((at) => {
      setChoice(next);
      setWanted(at ?? 0);
    });
  };
  const show = (at: number): void => {
    if (choice === everything) history.replaceState(null, '', `#step=${at + 1}`);
  };
  const { session, subject, leftOut } = sheet;
  return (
    <div className="frame sheet">
      <main id="main">
        <header className="heading">
          <h1>{session === null ? safeLine(subject.title) : sessionTitle(session)}</h1>
          <p className="replay-facts quiet">
            {session !== null &&
              `${safeLine(session.agent)} · ${momentText(session.startedAt)}, ${durationText(Math.max(0, session.lastAt - session.startedAt))} · `}
            saved {momentText(sheet.madeAt)}
            {leftOut > 0 && (
              <strong className="warn"> · {leftOut.toLocaleString('en')} later steps are left out</strong>
            )}
          </p>
        </header>
        <Viewer
          source={source}
          replay={replay}
          wanted={wanted}
          choice={choice}
          onChoice={choose}
          onShown={show}
        />
      </main>
    </div>
  );
}
