/**
 * Constants of the ranking. The structure of the score, `neighbours`, `recency`, `path`, `named`, `failure` and the
 * anchor's are those of earlier measurements over traces of 274 sessions; `edit`, `changed`, `prompt`, `sessionMass` and `floor` were chosen from
 * four or five values each by `npm run bench -- recall` (25 days of one repository), where both halves of the queries
 * agreed; neighbouring values give the same within two points. Each is a factor unless it says otherwise.
 */
export const rankWeights = {
  /** Part of the meaning in a score that words and meaning make up, where both are there. */
  meaning: 0.5,
  /** Parts of its neighbours' score that an event gets, by distance in its session: 1, 2, 3 and 4. */
  neighbours: [0.25, 0.125, 0.08, 0.08] as readonly number[],
  /** Part of the score of its turn's prompt that an event gets. */
  prompt: 0.15,
  /** Part of the session's three best other events that an event gets. */
  sessionMass: 0.3,
  /** An event of now counts by this much more than an old one. */
  recency: 0.5,
  recencyHalfLifeMs: 3 * 86_400_000,
  sameBranch: 1.1,
  /** A change says more than what was read or said on the way to it. */
  edit: 1.5,
  /** Part of its turn's best that an edit gets which no word has found. */
  changed: 0.85,
  /** What somebody wrote down on purpose. */
  memory: 1.6,
  path: 1.5,
  /** The query names who did it. */
  named: 1.25,
  /** All of the query stands in the event, word for word. */
  phrase: 1.5,
  /** The query asks about trouble and the event is trouble. */
  failure: 1.3,
  /** The event is the question itself, or an earlier recall. */
  echo: 0.1,
  /** The asker has its own events before its eyes. */
  ownSession: 0.7,
  /** Part of the query that a turn must cover, at the least. */
  floor: 0.25,
  /** Anchored at a moment: what an event is worth however old it is, and how fast the rest of it fades. */
  anchorRest: 0.3,
  anchorHalfLifeMs: 86_400_000,
  /** The event wrote the line that is asked about. */
  line: 3,
  /** The event made, or names, the commit that is asked about. */
  commit: 2,
} as const;

export type RankWeights = {
  [K in keyof typeof rankWeights]: (typeof rankWeights)[K] extends number ? number : readonly number[];
};
