import type { Event } from '../schema/event.ts';

/** Seqs in one piece of a writer's map: a piece takes 4 KiB. */
const pieceSeqs = 32_768;

/** Says of each place whether it is seen for the first time; a million of them take an eighth of a megabyte. */
export function createPlaces(): (place: Pick<Event, 'writer' | 'seq'>) => boolean {
  const writers = new Map<string, Map<number, Uint8Array>>();
  return ({ writer, seq }) => {
    const pieces = writers.get(writer) ?? new Map<number, Uint8Array>();
    writers.set(writer, pieces);
    const number = Math.floor(seq / pieceSeqs);
    const piece = pieces.get(number) ?? new Uint8Array(pieceSeqs / 8);
    pieces.set(number, piece);
    const at = seq % pieceSeqs;
    const bit = 1 << (at & 7);
    const byte = piece[at >> 3] ?? 0;
    piece[at >> 3] = byte | bit;
    return (byte & bit) === 0;
  };
}
