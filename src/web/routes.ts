import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../schema/app-error.ts';
import type { Call } from '../schema/operation.ts';
import type { Hello } from '../schema/page.ts';
import type { Bodies } from '../wire/body.ts';
import type { Connections } from '../wire/connections.ts';
import { type OpenLive, streamLive } from '../wire/live-route.ts';
import { sendJson, tooMany } from '../wire/reply.ts';
import type { Assets } from './assets.ts';
import type { Browser, Browsers } from './browsers.ts';
import { answerCall, refuseStamped } from './call-route.ts';
import type { Codes } from './codes.ts';
import { refused, refuseStrangers } from './guard.ts';
import { isSame } from './secret.ts';

export interface PageParts {
  call: Call;
  openLive: OpenLive;
  version: string;
  assets: Assets;
  codes: Codes;
  browsers: Browsers;
  now: () => number;
  /** Told of each request of a browser that was let in. */
  onUse: () => void;
}

/** What the routes of one server share. */
interface Room extends PageParts {
  port: number;
  connections: Connections;
  bodies: Bodies;
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  path: string;
  query: URLSearchParams;
}

/**
 * `/enter` lets a browser in, `/api/…` answers those that are, everything else is a file or the page itself. The files
 * are no secret: whoever is not let in gets the page too, which then says how one gets in.
 */
export async function answerRequest(
  room: Room,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { socket, url = '/', method } = request;
  if (!room.connections.becomes(socket, 'receiving')) return;
  response.once('close', () => room.connections.becomes(socket, 'waiting'));
  refuseStrangers(request, room.port);
  const [path = '/', search = ''] = url.split('?', 2);
  const exchange = { request, response, path, query: new URLSearchParams(search) };
  const browser = room.browsers.of(cookieOf(room, request), room.now());
  if (browser !== null) room.onUse();
  if (path.startsWith('/api/')) return answerPage(room, browser, exchange);
  if (method !== 'GET' && method !== 'HEAD') throw nothingAt(request);
  if (path === '/enter' && method === 'GET') letIn(room, browser, exchange);
  else if (room.assets.send(path, request, response)) return;
  else if (path.startsWith('/assets/')) throw nothingAt(request);
  else room.assets.sendIndex(browser === null ? 403 : 200, request, response);
}

/** Without a code that opens it the page itself says what to do, or goes on where this browser was let in before. */
function letIn(room: Room, known: Browser | null, { request, response, query }: Exchange): void {
  const entrance = room.codes.take(query.get('code') ?? '', room.now());
  if (entrance === null) {
    room.assets.sendIndex(403, request, response);
    return;
  }
  const { path, workspace, actor } = entrance;
  if (known !== null) {
    Object.assign(known, { workspace, isTold: false });
    // A person's own browser stays that when it is given an address that an agent has made.
    if (actor.kind === 'human') known.actor = actor;
  }
  // Another cookie each time: whoever has got hold of the last one is not told the key along with the page.
  const token = room.browsers.renew(cookieOf(room, request)) ?? room.browsers.admit(entrance, room.now());
  // The name cannot begin with `__Host-`: that asks for `Secure`, which browsers do not all take without TLS.
  const cookie = `${cookieName(room)}=${token}; HttpOnly; SameSite=Strict; Path=/`;
  response.writeHead(303, { location: path, 'set-cookie': cookie, 'content-length': 0 });
  response.end();
}

async function answerPage(room: Room, browser: Browser | null, exchange: Exchange): Promise<void> {
  const { request, response, path, query } = exchange;
  const { method } = request;
  if (browser === null) throw refused('this browser was not let in, or is not known any more');
  if (path === '/api/hello' && method === 'GET')
    return sendJson(response, await helloTo(room, browser, request));
  if (!knowsKey(browser, request)) throw refused('this page does not know the key of its browser');
  browser.isTold = true;
  refuseStamped(query.keys());
  if (path === '/api/live' && method === 'GET') return stream(room, browser, exchange);
  if (!path.startsWith(operationPath) || method !== 'POST') throw nothingAt(request);
  const context = { door: 'web', actor: browser.actor } as const;
  const name = path.slice(operationPath.length);
  return answerCall(room.call, { name, context, request, response, bodies: room.bodies });
}

const operationPath = '/api/op/';

/** Cookies go to every port of this machine. Whoever gets hold of one there has still not been told the key. */
async function helloTo(room: Room, browser: Browser, request: IncomingMessage): Promise<Hello> {
  if (knowsKey(browser, request)) browser.isTold = true;
  else if (browser.isTold)
    throw refused('the page was opened in this browser before, and its key is gone from there');
  const { call, version } = room;
  const { workspaces } = await call('workspace.list', {}, { door: 'web', actor: browser.actor });
  const names = workspaces.map(({ name }) => name);
  const workspace = names.find((name) => name === browser.workspace) ?? null;
  return { csrf: browser.csrf, version, workspace, workspaces: names };
}

async function stream(room: Room, browser: Browser, exchange: Exchange): Promise<void> {
  const { request, response, query } = exchange;
  if (!room.connections.hold(request.socket)) throw tooMany('streams');
  const end = (): void => void response.destroy();
  browser.streams.add(end);
  response.once('close', () => {
    browser.streams.delete(end);
    browser.usedAt = room.now();
  });
  return streamLive(room.openLive, request, response, query.toString(), false);
}

/** By its port, because cookies are not: two daemons would take each other's away. */
const cookieName = ({ port }: Room): string => `hivemind-${port}`;

function cookieOf(room: Room, { headers }: IncomingMessage): string {
  const start = `${cookieName(room)}=`;
  const all = headers.cookie?.split(';').map((one) => one.trim()) ?? [];
  return all.find((one) => one.startsWith(start))?.slice(start.length) ?? '';
}

const knowsKey = ({ csrf }: Browser, { headers }: IncomingMessage): boolean =>
  isSame(String(headers['x-hivemind-csrf'] ?? ''), csrf);

const nothingAt = ({ method, url = '' }: IncomingMessage): AppError =>
  new AppError('NOT_FOUND', `there is nothing at ${method} ${url.split('?', 1)[0]?.slice(0, 100)}`);
