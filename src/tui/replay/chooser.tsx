import { Box, type Key, useInput } from 'ink';
import { useRef, useState } from 'react';
import { pad, truncate } from '../../core/display-width.ts';
import { safeLine } from '../../core/safe-text.ts';
import { singleKeys } from '../keys.ts';
import { clock, type Line } from '../lines.ts';
import { Pane, Row } from '../screen.tsx';
import type { Candidate } from './source.ts';
import type { Screen } from './viewer.tsx';

export interface ChooserProps extends Screen {
  title: string;
  candidates: readonly Candidate[];
  /** Null: none of them. */
  onChoose: (chosen: Candidate | null) => void;
}

const two = (value: number): string => String(value).padStart(2, '0');

function whenText(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime())
    ? ''
    : `${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock(at).slice(0, 5)}`;
}

interface Choosing {
  at: number;
  typed: string;
}

const matching = (candidates: readonly Candidate[], typed: string): Candidate[] =>
  candidates.filter(({ label }) => safeLine(label).toLowerCase().includes(typed.toLowerCase()));

/** The list after a key that neither takes nor leaves; `most` is its last place. */
function afterKey(
  { at, typed }: Choosing,
  input: string,
  key: Key,
  { room, most }: { room: number; most: number },
): Choosing {
  const by = key.downArrow ? 1 : key.upArrow ? -1 : key.pageDown ? room : key.pageUp ? -room : 0;
  if (by !== 0) return { at: Math.max(0, Math.min(most, at + by)), typed };
  if (key.backspace || key.delete) return { at: 0, typed: Array.from(typed).slice(0, -1).join('') };
  if (key.ctrl || key.meta) return { at, typed };
  return { at: 0, typed: (typed + input.replace(/\p{Cc}/gu, '')).slice(0, 100) };
}

/** A list to choose a replay from: arrows, letters that it is to have, Enter. */
export const Chooser = ({ title, candidates, onChoose, rows, columns, colour }: ChooserProps) => {
  const [{ at, typed }, set] = useState<Choosing>({ at: 0, typed: '' });
  // Keys may come faster than the screen is drawn.
  const latest = useRef<Choosing>({ at, typed });
  const found = matching(candidates, typed);
  const room = Math.max(1, rows - 2);
  const here = Math.max(0, Math.min(found.length - 1, at));
  const first = Math.max(0, Math.min(here - Math.floor(room / 2), found.length - room));
  useInput((input, key) => {
    let now = latest.current;
    for (const one of singleKeys(input, key)) {
      const shown = matching(candidates, now.typed);
      if (one.key.escape || (one.key.ctrl && one.input === 'c')) return onChoose(null);
      if (one.key.return) return onChoose(shown[now.at] ?? null);
      now = afterKey(now, one.input, one.key, { room, most: Math.max(0, shown.length - 1) });
    }
    latest.current = now;
    set(now);
  });
  const lines = found.slice(first, first + room).map(({ label, at: when }, index): Line => {
    const isHere = first + index === here;
    const text = truncate(`${isHere ? '>' : ' '} ${whenText(when)}  ${safeLine(label)}`, columns);
    return { text: pad(text, columns), tone: isHere ? 'current' : 'plain' };
  });
  const empty: Line[] = [{ text: 'There is none.', tone: 'dim' }];
  const foot =
    typed === ''
      ? '↑ ↓ Enter choose  letters narrow the list  Esc back'
      : `${typed}█  Enter choose  Esc back`;
  return (
    <Box flexDirection="column" width={columns}>
      <Row line={{ text: truncate(title, columns), tone: 'label' }} colour={colour} />
      <Pane lines={lines.length === 0 ? empty : lines} rows={room} columns={columns} colour={colour} />
      <Row line={{ text: truncate(foot, columns), tone: 'dim' }} colour={colour} />
    </Box>
  );
};
