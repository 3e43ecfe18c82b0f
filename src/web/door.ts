import { AppError } from '../schema/app-error.ts';
import { readAssets } from './assets.ts';
import { createBrowsers } from './browsers.ts';
import { createCodes, type Entrance } from './codes.ts';
import type { PageParts } from './routes.ts';
import { type PageServer, servePage } from './server.ts';

export interface WebDoorParts extends Omit<PageParts, 'assets' | 'codes' | 'browsers'> {
  /** The page as it was built. */
  folder: string;
  log: (message: string, facts: Record<string, number>) => void;
}

export interface WebState {
  /** Address of the page; null: it is not served. */
  url: string | null;
  /** Browsers that were let in. */
  pages: number;
}

/** The page, served from the first `open` on. */
export interface WebDoor {
  /** An address that opens the page once, and until when (epoch milliseconds). */
  open(entrance: Entrance): Promise<{ url: string; expiresAt: number }>;
  status(): WebState;
  /** Serves it no longer, and forgets every browser. */
  stop(): Promise<WebState>;
  /** Streams to pages that are open. */
  held(): number;
}

export function createWebDoor(parts: WebDoorParts): WebDoor {
  const codes = createCodes();
  const browsers = createBrowsers();
  let starting: Promise<PageServer> | null = null;
  let running: PageServer | null = null;

  const start = async (): Promise<PageServer> => {
    const server = await servePage({ ...parts, assets: await readAssets(parts.folder), codes, browsers });
    running = server;
    parts.log('the page is served', { port: server.port });
    return server;
  };

  const served = (): Promise<PageServer> => {
    starting ??= start().catch((error) => {
      starting = null;
      throw error;
    });
    return starting;
  };

  const status = (): WebState => ({
    url: running === null ? null : `${originOf(running)}/`,
    pages: browsers.count(parts.now()),
  });

  return {
    open: async ({ path, ...entrance }) => {
      const origin = originOf(await served());
      const { code, expiresAt } = codes.make({ ...entrance, path: pathBelow(origin, path) }, parts.now());
      return { url: `${origin}/enter?code=${code}`, expiresAt };
    },
    status,
    stop: async () => {
      const server = await starting?.catch(() => null);
      starting = null;
      running = null;
      codes.clear();
      browsers.clear();
      if (server) {
        await server.close();
        parts.log('the page is served no longer', { port: server.port });
      }
      return status();
    },
    held: () => running?.held() ?? 0,
  };
}

const originOf = ({ port }: PageServer): string => `http://127.0.0.1:${port}`;

/** The path as a browser will read it, which takes a backslash for a slash: it must not lead to another origin. */
function pathBelow(origin: string, path: string): string {
  const url = URL.parse(path, origin);
  if (url?.origin === origin && !url.pathname.startsWith('//')) return url.pathname + url.search + url.hash;
  throw new AppError('INVALID_ARGUMENT', 'path: this is no path of the page', { hint: 'hivemind web' });
}
