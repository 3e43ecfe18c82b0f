export interface Block {
  rows: number;
  columns: number;
}

export interface Layout {
  /** The list stands beside the detail, not above it. */
  beside: boolean;
  /** Who worked when; no rows where the screen is too small. */
  lanes: Block;
  list: Block;
  detail: Block;
}

/** From so many columns on the list stands beside the detail. */
const WIDE = 110;
/** A smaller screen shows no lanes. */
const LEAST_LANE_ROWS = 18;
const MOST_LANES = 8;

/** How the screen is divided: head, lanes, list, rule, detail, foot. `sessions`: so many have a lane. */
export function layoutFor(rows: number, columns: number, sessions: number): Layout {
  const laneRows =
    rows < LEAST_LANE_ROWS ? 0 : 1 + Math.min(sessions, MOST_LANES, Math.max(1, Math.floor(rows / 8)));
  const lanes = { rows: laneRows, columns };
  const room = Math.max(4, rows - 3 - laneRows);
  if (columns >= WIDE) {
    const list = Math.floor(columns * 0.42);
    return {
      beside: true,
      lanes,
      list: { rows: room + 1, columns: list },
      detail: { rows: room + 1, columns: columns - list - 3 },
    };
  }
  const list = Math.max(2, Math.floor(room * 0.35));
  return { beside: false, lanes, list: { rows: list, columns }, detail: { rows: room - list, columns } };
}

/** Lines between the head and the foot. */
export const bodyRows = ({ beside, lanes, list, detail }: Layout): number =>
  lanes.rows + (beside ? list.rows : list.rows + 1 + detail.rows);

/** Narrower screens have two replays one above the other. */
const LEAST_COLUMNS_BESIDE = 70;

/** How two replays share the screen: for each a block with its head, its list, a rule and its detail; the last line is for both. */
export function compareLayout(
  rows: number,
  columns: number,
): { stacked: boolean; block: Block; listRows: number } {
  const stacked = columns < LEAST_COLUMNS_BESIDE;
  const room = Math.max(stacked ? 8 : 4, rows - 1);
  const block = stacked
    ? { rows: Math.floor(room / 2), columns }
    : { rows: room, columns: Math.floor((columns - 1) / 2) };
  return { stacked, block, listRows: Math.max(1, Math.floor((block.rows - 2) * 0.4)) };
}
