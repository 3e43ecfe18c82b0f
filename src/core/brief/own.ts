import { quote, quotePath } from '../quote.ts';
import { shellWord } from '../shell-word.ts';
import type { Scene } from './input.ts';
import { type Candidate, joined, lineTokens, NAME, shortId } from './line.ts';

const PROMPTS = 3;
const DECISIONS = 4;
const FILES = 12;

/** What the reader did itself, for it has forgotten it. */
export function ownLines(scene: Scene): Candidate[] {
  const { moment, session, sessions, deeds, prompts } = scene;
  if (moment !== 'compaction' || session === null) return [];
  const title = sessions.find(({ id }) => id === session)?.title ?? '';
  const edits = deeds
    .filter((deed) => deed.session === session && deed.what === 'edit')
    .sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
  const files = [...new Set(edits.flatMap(({ paths }) => paths))];
  const own = (text: string, reason: string): Candidate => ({
    section: 'own',
    text,
    value: 12,
    reason,
    isDue: true,
  });
  return [
    ...(title === '' ? [] : [own(`* task: ${quote(title, 200)}`, 'how the session began')]),
    ...prompts
      .slice(-PROMPTS)
      .map((prompt) => own(`* asked: ${quote(prompt, 240)}`, 'the last prompts of the session')),
    ...(files.length === 0
      ? []
      : [
          own(
            `* edited: ${files
              .slice(0, FILES)
              .map((path) => quotePath(path, 60))
              .join(', ')}${files.length > FILES ? ` and ${files.length - FILES} more` : ''}`,
            'files that the session edited',
          ),
        ]),
    ...deeds
      .filter((deed) => deed.session === session && deed.what === 'decision')
      .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
      .slice(-DECISIONS)
      .map(({ text }) => own(`* decided: ${quote(text, 220)}`, 'decided in the session')),
  ];
}

/** Of all tokens of a brief so many may go to what was handed over. */
const handoffShare = 0.5;

/** What was handed to the reader: whole where it has taken it, one line where it may. */
export function handoffLines({ handoffs, budget }: Scene): Candidate[] {
  const lines: Candidate[] = [];
  let left = budget * handoffShare;
  for (const { id, isTaken, from, task, lines: whole } of handoffs) {
    const told = isTaken
      ? whole
      : [
          joined(
            `* offered to you by ${quote(from, NAME)}: ${quote(task, 200)}`,
            `to take it: hivemind handoff accept ${shortId(id)}`,
          ),
        ];
    const reason = isTaken ? 'you have taken it: told once' : 'offered to you';
    for (const [at, text] of told.entries()) {
      const rest = `* more of it: hivemind handoff show ${shortId(id)}`;
      const isTooLong = left < lineTokens(text) + lineTokens(rest);
      const shown = isTooLong ? rest : text;
      left -= lineTokens(shown);
      if (left < 0) return lines;
      lines.push({ section: 'handoffs', text: shown, value: 20, reason, isDue: true });
      if (isTooLong && at < told.length) break;
    }
  }
  return lines;
}

/** What the reader has to know before anything else: what its branch was sent back for, and what it has lost. */
export const noticeLines = (scene: Scene): Candidate[] => [...requestLines(scene), ...lostLines(scene)];

const requestLines = ({ requests }: Scene): Candidate[] =>
  requests.map(({ by, branch, into, comment }) => ({
    section: 'notices',
    text: joined(
      `* ${quote(by, NAME)} asks for changes before this branch is merged into ${quote(into, NAME)}: ${quote(comment, 240)}`,
      `all of it: hivemind review show ${quote(shellWord(branch), 1000)}${into === 'main' ? '' : ` --into ${quote(shellWord(into), 1000)}`}`,
    ),
    value: 20,
    reason: 'asked for in a review of your branch',
    isDue: true,
  }));

const lostLines = ({ claims }: Scene): Candidate[] =>
  claims
    .filter(({ state }) => state === 'lost')
    .map((claim) => ({
      section: 'notices',
      text: joined(
        `* you have lost your claim on ${
          claim.item === null
            ? claim.paths
                .slice(0, 3)
                .map((path) => quotePath(path, 60))
                .join(', ') || 'a handoff'
            : `plan item ${quote(claim.item, 60).slice(-6)}`
        }`,
        claim.lostTo === null ? '' : `${quote(claim.lostTo, NAME)} has it`,
      ),
      value: 20,
      reason: 'another machine was first',
      isDue: true,
    }));
