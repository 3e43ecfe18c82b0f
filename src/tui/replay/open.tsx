import { render, useApp, useWindowSize } from 'ink';
import { useState } from 'react';
import { Chooser } from './chooser.tsx';
import { Compare } from './compare.tsx';
import type { Side } from './compare-state.ts';
import { editFile } from './editor.ts';
import {
  type Candidate,
  candidatesOf,
  type Door,
  type Opened,
  openReplayAt,
  type ReplayInput,
} from './source.ts';
import { type ReplayState, stepAt, type Wish } from './state.ts';
import { stepFile } from './step-file.ts';
import { Viewer } from './viewer.tsx';

export interface ReplayRequest extends Door {
  input: ReplayInput;
  /** Session or branch to put beside it. */
  beside?: string | undefined;
  /** Choose from a list first. */
  isChoosing?: boolean;
  /** Whether the terminal wants colour. */
  colour: boolean;
}

type Place =
  | { screen: 'replay'; opened: Opened }
  | { screen: 'compare'; opened: readonly [Opened, Opened]; focus: Side }
  | { screen: 'choose'; candidates: readonly Candidate[]; beside: Opened | null; back: Place | null };

/** What the screen is closed for: a file is to be edited, and then it goes on where it was. */
interface Errand {
  path: string;
  place: Place;
}

interface AppProps extends Pick<ReplayRequest, 'call' | 'context' | 'input' | 'colour'> {
  first: Place;
  onErrand: (errand: Errand) => void;
}

const App = ({ first, onErrand, colour, input, ...door }: AppProps) => {
  const { exit } = useApp();
  const { rows, columns } = useWindowSize();
  const [{ place, number }, setPlace] = useState({ place: first, number: 0 });
  // A new place is a new screen, even when it is of the same kind.
  const goTo = (next: Place): void => setPlace((before) => ({ place: next, number: before.number + 1 }));
  const choose = async (beside: Opened | null, back: Place): Promise<string> => {
    goTo({ screen: 'choose', candidates: await candidatesOf(door, input), beside, back });
    return '';
  };
  const onWish = async (what: Wish, state: ReplayState, opened: Opened, at: Place): Promise<string> => {
    switch (what) {
      case 'copy':
        return copyId(state);
      case 'list':
        return choose(null, at);
      case 'compare':
        return choose({ ...opened, state }, at);
      case 'open': {
        const file = await stepFile(state);
        if ('message' in file) return file.message;
        onErrand({ path: file.path, place: at });
        exit();
        return '';
      }
    }
  };
  const onChoose = (candidate: Candidate | null): void => {
    if (place.screen !== 'choose') return;
    if (candidate === null) {
      if (place.back === null) exit();
      else goTo(place.back);
      return;
    }
    openReplayAt(door, candidate.input, { at: 0, columns }).then(
      (opened) =>
        goTo(
          place.beside === null
            ? { screen: 'replay', opened }
            : { screen: 'compare', opened: [place.beside, opened], focus: 0 },
        ),
      (error: unknown) => exit(error instanceof Error ? error : new Error(String(error))),
    );
  };
  const screen = { rows, columns, colour, onInterrupt: interrupt };
  switch (place.screen) {
    case 'choose':
      return (
        <Chooser
          title={place.beside === null ? 'What is to be replayed?' : 'What is it to be compared with?'}
          {...{ candidates: place.candidates, onChoose, rows, columns, colour }}
        />
      );
    case 'compare': {
      const { opened } = place;
      return (
        <Compare
          key={number}
          {...screen}
          {...{ opened, focus: place.focus }}
          onWish={(what, [a, b], focus) => {
            const both = [
              { ...opened[0], state: a },
              { ...opened[1], state: b },
            ] as const;
            return onWish(what, both[focus].state, opened[focus], { ...place, opened: both, focus });
          }}
        />
      );
    }
    case 'replay': {
      const { opened } = place;
      return (
        <Viewer
          key={number}
          {...screen}
          {...opened}
          onWish={(what, state) => onWish(what, state, opened, { ...place, opened: { ...opened, state } })}
        />
      );
    }
  }
};

function interrupt(): void {
  process.exitCode = 130;
}

/** Asks the terminal to put the step's id on the clipboard (OSC 52). */
function copyId(state: ReplayState): string {
  const id = stepAt(state, state.at)?.id;
  if (id === undefined) return 'the step is not loaded yet';
  process.stdout.write(`\u001b]52;c;${Buffer.from(id).toString('base64')}\u0007`);
  return `${id} was given to the terminal's clipboard`;
}

/** What is shown first. Throws, before anything is drawn, what the first calls throw. */
async function firstPlace({ call, context, input, beside, isChoosing }: ReplayRequest): Promise<Place> {
  const door = { call, context };
  const columns = process.stdout.columns || 80;
  if (isChoosing)
    return { screen: 'choose', candidates: await candidatesOf(door, input), beside: null, back: null };
  const opened = await openReplayAt(door, input, { at: input.after ?? 0, columns });
  if (beside === undefined) return { screen: 'replay', opened };
  return {
    screen: 'compare',
    opened: [opened, await openBeside(door, input, beside, columns)],
    focus: 0,
  };
}

/** A session of that name, else the branch of that name. */
async function openBeside(door: Door, input: ReplayInput, name: string, columns: number): Promise<Opened> {
  const { session: _session, whole: _whole, branch, ...here } = input;
  const at = { at: 0, columns };
  try {
    return await openReplayAt(
      door,
      { ...here, ...(branch === undefined ? {} : { branch }), session: name },
      at,
    );
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'NOT_FOUND')) throw error;
    return openReplayAt(door, { ...here, branch: name, whole: 'branch' }, at).catch((): never => {
      throw error;
    });
  }
}

/** Opens the viewer in this terminal and returns when it is closed. */
export async function openReplay(request: ReplayRequest): Promise<void> {
  const { call, context, input, colour } = request;
  let place = await firstPlace(request);
  for (;;) {
    const errands: Errand[] = [];
    const viewer = render(
      <App {...{ call, context, input, colour }} first={place} onErrand={(errand) => errands.push(errand)} />,
      {
        // Drawn whole each time: line by line, a screen that got narrower would keep what was wrapped.
        alternateScreen: true,
        exitOnCtrlC: false,
        maxFps: 60,
      },
    );
    await viewer.waitUntilExit();
    const [errand] = errands;
    if (errand === undefined) return;
    const message = await editFile(errand.path, process.env);
    place = withMessage(errand.place, message);
  }
}

function withMessage(place: Place, message: string): Place {
  const saying = (opened: Opened): Opened => ({ ...opened, state: { ...opened.state, message } });
  switch (place.screen) {
    case 'replay':
      return { ...place, opened: saying(place.opened) };
    case 'compare': {
      const [a, b] = place.opened;
      return { ...place, opened: place.focus === 0 ? [saying(a), b] : [a, saying(b)] };
    }
    case 'choose':
      return place;
  }
}
