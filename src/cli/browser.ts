/** The program that shows an address to the person at this machine; null: there is no screen to show it on. */
export function browserProgram(
  platform: NodeJS.Platform,
  env: Record<string, string | undefined>,
): { command: string; args: string[] } | null {
  if (platform === 'win32') return { command: 'rundll32', args: ['url.dll,FileProtocolHandler'] };
  if (platform === 'darwin') return env.SSH_CONNECTION ? null : { command: 'open', args: [] };
  return env.DISPLAY || env.WAYLAND_DISPLAY ? { command: 'xdg-open', args: [] } : null;
}

/** Shows `url` in the browser, without waiting for it. Resolves with false where that could not be tried. */
export async function openInBrowser(url: string): Promise<boolean> {
  const program = browserProgram(process.platform, process.env);
  if (program === null) return false;
  const { spawn } = process.getBuiltinModule('node:child_process');
  const child = spawn(program.command, [...program.args, url], { detached: true, stdio: 'ignore' });
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
