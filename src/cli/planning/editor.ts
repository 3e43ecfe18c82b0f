import { spawn } from 'node:child_process';
import { AppError } from '../../schema/app-error.ts';

type Environment = Record<string, string | undefined>;

/** The editor that this user has chosen, as git asks for it: a command line for the shell. */
export const editorOf = (env: Environment): string => env.VISUAL?.trim() || env.EDITOR?.trim() || 'vi';

/**
 * Opens a file in the user's editor and waits until it is closed. The command is the user's own and goes through the shell,
 * so that it may have arguments; the file never does. Throws FAILED_PRECONDITION where it fails.
 */
export async function openEditor(file: string, env: Environment): Promise<void> {
  const editor = editorOf(env);
  const child = spawn('/bin/sh', ['-c', `${editor} "$@"`, editor, file], { stdio: 'inherit' });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return;
  throw new AppError(
    'FAILED_PRECONDITION',
    `the editor "${editor}" ended with code ${code ?? 'none'}; nothing was written`,
    {
      hint: 'EDITOR=nano hivemind plan edit, or hivemind plan edit --file FILE',
    },
  );
}
