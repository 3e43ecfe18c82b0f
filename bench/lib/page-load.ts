import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext } from 'playwright-core';
import { shuffle } from './measure.ts';

/** Milliseconds from the navigation on. */
export interface Load {
  /** Until something was painted. */
  paintMs: number;
  /** Until the heading of the screen stood there. */
  headingMs: number;
  /** Until the first of its data stood there. */
  dataMs: number;
}

/** The least that a page can be: what any other one in the same browser takes as well. */
export async function servePeer(): Promise<{ url: string; close: () => void }> {
  const text =
    '<!doctype html><html lang="en"><title>peer</title><h1>Overview</h1><ul class="rows"><li>data</ul>';
  const server: Server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

/** Data of the overview: what is at work, what failed, who worked here, what is stored. */
const data = '.rows li';

/** Notes in the page when its first heading and its first data are there: asked from here it would be told much later. */
function noteComing(selector: string): void {
  const scope = globalThis as unknown as Partial<Load>;
  const observer = new MutationObserver(() => {
    if (document.querySelector('h1') !== null) scope.headingMs ??= performance.now();
    if (document.querySelector(selector) === null) return;
    scope.dataMs = performance.now();
    observer.disconnect();
  });
  observer.observe(document, { childList: true, subtree: true });
}

/** Loads `url` in a new tab. */
export async function loadOnce(context: BrowserContext, url: string): Promise<Load> {
  const page = await context.newPage();
  await page.addInitScript(noteComing, data);
  try {
    await page.goto(url);
    await page.locator(data).first().waitFor();
    return await page.evaluate(async () => {
      const { headingMs = Number.NaN, dataMs = Number.NaN } = globalThis as unknown as Partial<Load>;
      const painted = await new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          for (const { name, startTime } of list.getEntries())
            if (name === 'first-contentful-paint') resolve(startTime);
        }).observe({ type: 'paint', buffered: true });
      });
      return { paintMs: painted, headingMs, dataMs };
    });
  } finally {
    await page.close();
  }
}

interface LoadSubject {
  name: string;
  url: string;
  /** Gives a context that is let in, with nothing in its cache. */
  fresh: () => Promise<BrowserContext>;
}

/** Loads of each subject, cold (nothing in the cache) and warm, in a new order each round. */
export async function timeLoads(
  subjects: readonly LoadSubject[],
  rounds: number,
): Promise<Map<string, Load[]>> {
  const loads = new Map<string, Load[]>();
  const keep = (name: string, load: Load): void => {
    loads.set(name, [...(loads.get(name) ?? []), load]);
  };
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, url, fresh } of shuffle(subjects)) {
      const context = await fresh();
      keep(`${name}_cold`, await loadOnce(context, url));
      keep(`${name}_warm`, await loadOnce(context, url));
      await context.close();
    }
  }
  return loads;
}

/** Paths that the browser fetches for a first load of the page. */
export async function filesOfFirstLoad(
  browser: Browser,
  enter: (context: BrowserContext) => Promise<void>,
  url: string,
): Promise<string[]> {
  const context = await browser.newContext();
  const files: string[] = [];
  context.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (pathname.startsWith('/assets/')) files.push(pathname);
  });
  await enter(context);
  await loadOnce(context, url);
  await context.close();
  return [...new Set(files)];
}
