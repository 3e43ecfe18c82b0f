import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { type Home, packageRoot } from './home.ts';

export interface OpenPage {
  page: Page;
  /** Address of the page without a path, such as http://127.0.0.1:41235 */
  origin: string;
  /** What went wrong in the page: errors in its console (breaches of its CSP are), and what it threw. */
  faults: string[];
  /** Closes the page; fails the test when something went wrong in it. */
  close(): Promise<void>;
}

export interface OpenPageOptions extends BrowserContextOptions {
  /** Directory that `hivemind web` is called in. */
  cwd?: string;
  workspace?: string;
  /** Where in the page to begin. */
  path?: string;
}

export interface Chromium {
  browser: Browser;
  /** Opens the page of a home, as `hivemind web` does, in a browser of its own (no cookies, nothing kept). Starts the daemon. */
  openPage(home: Home, options?: OpenPageOptions): Promise<OpenPage>;
  close(): Promise<void>;
}

/** A real Chromium without a window; or why this machine cannot have one. `args` are further words of its command line. */
export async function startChromium(args: string[] = []): Promise<Chromium | { skip: string }> {
  const found = await findChromium();
  if ('skip' in found) return found;
  const isRoot = process.getuid?.() === 0;
  const browser = await chromium.launch({
    executablePath: found.path,
    // Chromium refuses to run as root with its sandbox.
    args: isRoot ? ['--no-sandbox', ...args] : args,
  });
  return {
    browser,
    openPage: (home, options) => openPage(browser, home, options),
    close: () => browser.close(),
  };
}

async function findChromium(): Promise<{ path: string } | { skip: string }> {
  try {
    const { stdout } = await promisify(execFile)('sh', [join(packageRoot, 'scripts', 'chromium.sh')]);
    return { path: stdout.trim().split('\n').at(-1) ?? '' };
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    return { skip: `no Chromium: ${stderr.trim().split('\n').at(-1) || String(error)}` };
  }
}

async function openPage(
  browser: Browser,
  home: Home,
  { cwd = home.dir, workspace, path, ...options }: OpenPageOptions = {},
): Promise<OpenPage> {
  const { url } = await home.json<{ url: string }>(
    [
      'web',
      ...(workspace === undefined ? [] : ['--workspace', workspace]),
      ...(path === undefined ? [] : ['--path', path]),
    ],
    cwd,
  );
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults = collectFaults(page);
  await page.goto(url);
  return {
    page,
    origin: new URL(url).origin,
    faults,
    close: async () => {
      await context.close();
      if (faults.length > 0) throw new Error(`the page had faults:\n${faults.join('\n')}`);
    },
  };
}

/** Gathers what goes wrong in a page from now on. */
export function collectFaults(page: Page): string[] {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  return faults;
}

/** What axe finds serious or critical in the page as it is: rule, what it means, and where. */
export async function axeOf(page: Page): Promise<string[]> {
  // By the debugger, which the page's CSP does not bind.
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { axe: here } = globalThis as unknown as { axe: typeof axe };
    return (await here.run({ resultTypes: ['violations'] })).violations;
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`,
    );
}
