import { compareEvents, type Position } from '../schema/event.ts';
import { idPattern } from '../schema/ids.ts';
import type { Cut } from '../schema/view.ts';

type Place = Omit<Position, 'id'>;

/**
 * How far a subscriber has come: it has everything that was seen when the writers were at `from`. `inside`: it was on the
 * way from there to `to`, which is told in fold order, and has come to `at`.
 */
export interface LiveCursor {
  from: Cut;
  inside: { to: Cut; at: Place } | null;
}

/** `wr_…:12,wr_…:7`, and on the way `FROM>TO@HLC.wr_….12`: fit for a header, and for whoever reads it. */
export function formatCursor({ from, inside }: LiveCursor): string {
  if (inside === null) return formatCut(from);
  const { hlc, writer, seq } = inside.at;
  return `${formatCut(from)}>${formatCut(inside.to)}@${hlc}.${writer}.${seq}`;
}

/** Null for what is no cursor. */
export function parseCursor(text: string): LiveCursor | null {
  const [cuts = '', at, ...more] = text.split('@');
  const [from, to, ...rest] = cuts.split('>').map(parseCut);
  if (from === undefined || from === null || more.length + rest.length > 0) return null;
  if (at === undefined) return to === undefined ? { from, inside: null } : null;
  const place = parsePlace(at);
  return to === undefined || to === null || place === null ? null : { from, inside: { to, at: place } };
}

/** Whether an event comes behind the place to which a cursor has come. */
export const isBehind = (at: Place, event: Place): boolean => compareEvents(at, event) < 0;

/** Nowhere yet: `0`. */
const formatCut = (cut: Cut): string => {
  const entries = Object.entries(cut).filter(([, seq]) => seq > 0);
  return entries.length === 0 ? '0' : entries.map(([writer, seq]) => `${writer}:${seq}`).join(',');
};

function parseCut(text: string): Cut | null {
  if (text === '0') return {};
  const cut: Cut = {};
  for (const part of text.split(',')) {
    const [writer = '', digits = ''] = part.split(':');
    if (!writerId.test(writer) || !number.test(digits) || `${writer}:${digits}` !== part) return null;
    cut[writer] = Number(digits);
  }
  return cut;
}

function parsePlace(text: string): Place | null {
  const [hlc = '', writer = '', digits = '', ...rest] = text.split('.');
  if (!/^[0-9a-f]{16}$/.test(hlc) || !writerId.test(writer) || !number.test(digits) || rest.length > 0)
    return null;
  return { hlc, writer, seq: Number(digits) };
}

const writerId = idPattern('writer');
const number = /^\d{1,15}$/;
