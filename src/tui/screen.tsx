import { Box, Text } from 'ink';
import { memo } from 'react';
import type { Line, Part, Tone } from './lines.ts';

interface Look {
  color?: string;
  dimColor?: boolean;
  bold?: boolean;
  inverse?: boolean;
}

const looks: Record<Tone, Look> = {
  plain: {},
  dim: { dimColor: true },
  label: { color: 'cyan', bold: true },
  add: { color: 'green' },
  remove: { color: 'red' },
  hunk: { color: 'cyan' },
  failed: { color: 'red' },
  current: { bold: true, inverse: true },
  keyword: { color: 'magenta' },
  string: { color: 'yellow' },
  number: { color: 'blue' },
  name: { color: 'cyan' },
  comment: { dimColor: true },
};

/** Without colour a line still says what it is by its text (a sign, a mark, a label). */
const lookOf = (tone: Tone, colour: boolean): Look => (colour ? looks[tone] : {});

/** One line, never wrapped. */
export const Row = memo(({ line, colour }: { line: Line; colour: boolean }) => (
  <Text wrap="truncate-end" {...lookOf(line.parts === undefined ? line.tone : 'plain', colour)}>
    {line.text === '' ? ' ' : colour && line.parts !== undefined ? line.parts.map(partOf) : line.text}
  </Text>
));

const partOf = ({ text, tone }: Part, place: number) => (
  <Text key={`part-${place.toString()}`} {...looks[tone]}>
    {text}
  </Text>
);

interface PaneProps {
  lines: readonly Line[];
  rows: number;
  columns: number;
  colour: boolean;
}

/** A block of exactly `rows` lines. */
export const Pane = ({ lines, rows, columns, colour }: PaneProps) => (
  <Box flexDirection="column" height={rows} width={columns} overflow="hidden">
    {Array.from({ length: rows }, (_, row) => (
      <Row key={`row-${row.toString()}`} line={lines[row] ?? { text: '', tone: 'plain' }} colour={colour} />
    ))}
  </Box>
);
