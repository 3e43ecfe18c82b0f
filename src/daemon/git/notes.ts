import { Mutex } from 'async-mutex';
import { noteOf, sessionsIn } from '../../core/git/session-lines.ts';
import { runGit } from './command.ts';

export const notesRef = 'refs/notes/hivemind';

/** Git wants somebody to have written a note, and asks nobody who has no name. */
const writer = {
  GIT_AUTHOR_NAME: 'Hivemind',
  GIT_AUTHOR_EMAIL: 'hivemind@localhost',
  GIT_COMMITTER_NAME: 'Hivemind',
  GIT_COMMITTER_EMAIL: 'hivemind@localhost',
};

/** Two writers of the one reference get in each other's way. */
const writing = new Mutex();

/** Adds sessions to the notes of commits; what their notes say already stays. Returns how many notes were written. */
export async function addNotes(
  root: string,
  wanted: ReadonlyMap<string, readonly string[]>,
): Promise<number> {
  return writing.runExclusive(async () => {
    let written = 0;
    for (const [sha, sessions] of wanted) {
      if (sessions.length === 0) continue;
      const before = (await runGit(root, ['notes', '--ref', notesRef, 'show', sha])) ?? '';
      const known = sessionsIn(before);
      const missing = sessions.filter((session) => !known.includes(session));
      if (missing.length === 0) continue;
      // Somebody else's words in there are kept, below ours.
      const others = before.split('\n').filter((line) => line !== '' && sessionsIn(line).length === 0);
      const text = noteOf([...known, ...missing]) + others.map((line) => `${line}\n`).join('');
      const args = ['notes', '--ref', notesRef, 'add', '-f', '-F', '-', sha];
      if ((await runGit(root, args, { input: text, env: writer })) !== null) written += 1;
    }
    return written;
  });
}

/** Copies the notes of rewritten commits to those that stand for them; several become one. */
export async function moveNotes(root: string, pairs: readonly { from: string; to: string }[]): Promise<void> {
  const env = {
    ...writer,
    GIT_NOTES_REWRITE_REF: notesRef,
    GIT_NOTES_REWRITE_MODE: 'cat_sort_uniq',
  };
  const input = pairs.map(({ from, to }) => `${from} ${to}\n`).join('');
  await writing.runExclusive(() =>
    runGit(root, ['notes', 'copy', '--for-rewrite=rebase', '--stdin'], { input, env }),
  );
}
