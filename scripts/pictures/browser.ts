import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

export interface Shot {
  /** Below `/w/WORKSPACE/`, with its query. */
  path: string;
  scheme: 'light' | 'dark';
  width: number;
  height: number;
  /** What has to be seen before the picture is taken. */
  shows: RegExp;
  keys: readonly string[];
}

export interface Photographer {
  /** The page at an address, as WebP. */
  take(shot: Shot): Promise<Buffer>;
  close(): Promise<void>;
}

/** A browser without a window that has been let in by `url`, as `hivemind web` prints it. */
export async function openPhotographer(url: string, workspace: string): Promise<Photographer> {
  const finder = fileURLToPath(new URL('../chromium.sh', import.meta.url));
  const executablePath = execFileSync('sh', [finder], { encoding: 'utf8' }).trim().split('\n').at(-1) ?? '';
  const browser: Browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(url);
  const origin = new URL(url).origin;
  return {
    take: async ({ path, scheme, width, height, shows, keys }) => {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto(`${origin}/w/${encodeURIComponent(workspace)}${path === '' ? '' : `/${path}`}`);
      const seen = page.getByText(shows).first();
      await seen.waitFor({ timeout: 60_000 }).catch(async () => {
        throw new Error(
          `${path} does not show ${shows} but:\n${await page.locator('main').first().textContent()}`,
        );
      });
      for (const key of keys) await page.keyboard.press(key, { delay: 100 });
      await page.waitForTimeout(800);
      return webp(page);
    },
    close: () => browser.close(),
  };
}

/** Playwright takes PNG and JPEG only; the browser itself can do WebP, of a third of their size. */
async function webp(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 82 });
  await session.detach();
  return Buffer.from(data, 'base64');
}
