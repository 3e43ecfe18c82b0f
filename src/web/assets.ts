import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { AppError } from '../schema/app-error.ts';

/** Files with another ending are not served. */
const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Where Vite puts what has a hash of its content in its name. */
const hashedFolder = '/assets/';

interface Asset {
  type: string;
  bytes: Buffer;
  zipped: Buffer;
}

/** The files of the page, by their addresses. They are all in memory, so that no address can lead to another file. */
export interface Assets {
  /** Sends the file of this address and returns true; false: there is none. */
  send(path: string, request: IncomingMessage, response: ServerResponse): boolean;
  sendIndex(status: number, request: IncomingMessage, response: ServerResponse): void;
}

/** Reads the page as it was built into `folder`. UNAVAILABLE when it was not. */
export async function readAssets(folder: string): Promise<Assets> {
  const files = new Map<string, Asset>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const type = types[extname(entry.name)];
    if (type === undefined || !entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    const address = `/${relative(folder, path).split(sep).join('/')}`;
    files.set(address, { type, bytes, zipped: await promisify(gzip)(bytes, { level: 9 }) });
  }
  const index = files.get('/index.html');
  if (index === undefined)
    throw new AppError('UNAVAILABLE', 'the page is missing: this installation is incomplete', {
      hint: 'install Hivemind again; in a checkout: npm run build',
    });
  files.delete('/index.html');
  return {
    send: (path, request, response) => {
      const asset = files.get(path);
      if (asset === undefined) return false;
      if (path.startsWith(hashedFolder))
        response.setHeader('cache-control', 'private, max-age=31536000, immutable');
      sendAsset(200, asset, request, response);
      return true;
    },
    sendIndex: (status, request, response) => sendAsset(status, index, request, response),
  };
}

function sendAsset(
  status: number,
  { type, bytes, zipped }: Asset,
  { method, headers }: IncomingMessage,
  response: ServerResponse,
): void {
  const isZipped = /\bgzip\b/.test(String(headers['accept-encoding'])) && zipped.length < bytes.length;
  const body = isZipped ? zipped : bytes;
  response.writeHead(status, {
    'content-type': type,
    'content-length': body.length,
    vary: 'accept-encoding',
    ...(isZipped ? { 'content-encoding': 'gzip' } : {}),
  });
  response.end(method === 'HEAD' ? undefined : body);
}
