import type { DraftInput } from '../schema/event.ts';

/** A draft in the queue; until it is settled it may still change or be dropped. */
export interface Slot {
  draft: DraftInput;
  settled: boolean;
  dropped?: boolean;
}

/** Most drafts that wait behind one that is not settled; then it is taken as it is. */
const waitingLimit = 200;

/** Drafts of one file, handed out in the order of the file, though some must wait for a later line. */
export interface SlotQueue {
  /** Adds a draft that is final. */
  push(draft: DraftInput): void;
  /** Adds a draft that waits until its slot is settled. */
  hold(draft: DraftInput): Slot;
  /** Takes what is ready. */
  take(): DraftInput[];
  takeAll(): DraftInput[];
}

export function createQueue(): SlotQueue {
  let slots: Slot[] = [];
  const takeFirst = (count: number): DraftInput[] => {
    const taken = slots.slice(0, count).flatMap((slot) => (slot.dropped ? [] : slot.draft));
    slots = slots.slice(count);
    return taken;
  };
  return {
    push: (draft) => {
      slots.push({ draft, settled: true });
    },
    hold: (draft) => {
      const slot = { draft, settled: false };
      slots.push(slot);
      return slot;
    },
    take: () => {
      const waiting = slots.findIndex((slot) => !slot.settled);
      if (waiting < 0) return takeFirst(slots.length);
      return takeFirst(slots.length - waiting > waitingLimit ? slots.length : waiting);
    },
    takeAll: () => takeFirst(slots.length),
  };
}
