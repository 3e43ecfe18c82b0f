import { spawn } from 'node:child_process';

/** The user's own editor and its arguments; where none is set the desktop's way to open a file, which needs no terminal. */
function editorOf(env: NodeJS.ProcessEnv): { words: string[]; isDesktop: boolean } {
  const words = (env.VISUAL || env.EDITOR || '').split(/\s+/).filter((word) => word !== '');
  if (words.length > 0) return { words, isDesktop: false };
  return { words: [process.platform === 'darwin' ? 'open' : 'xdg-open'], isDesktop: true };
}

/** Opens a file, without a shell, and waits until the editor is closed; resolves with what went wrong, or an empty text. */
export async function editFile(path: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { words, isDesktop } = editorOf(env);
  const [program = '', ...rest] = words;
  return new Promise((done) => {
    const child = spawn(program, [...rest, path], { stdio: isDesktop ? 'ignore' : 'inherit', shell: false });
    child.once('error', () => done(`${program} could not be started: set $VISUAL or $EDITOR`));
    child.once('exit', (code) => done(code === 0 ? '' : `${program} ended with ${code}`));
  });
}
