import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Asked {
  method?: string;
  /** The path as it is sent, where that is not the address's own: nobody tidies it up. */
  path?: string;
  headers?: OutgoingHttpHeaders;
  body?: string | Buffer;
}

export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** One request by HTTP as it is written, which a browser would not let a page do. */
export function ask(
  url: string,
  { method = 'GET', path, headers = {}, body }: Asked = {},
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, {
      method,
      headers,
      agent: false,
      ...(path === undefined ? {} : { path }),
    });
    request.on('error', reject);
    request.on('response', (response) => {
      text(response).then(
        (read) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: read }),
        reject,
      );
    });
    request.end(body);
  });
}

/** A program that was let in as a browser is. */
export interface Visitor {
  origin: string;
  /** The header that says who it is. */
  cookie: string;
  key: string;
  get(path: string, headers?: OutgoingHttpHeaders): Promise<Answered>;
  /** Calls an operation; further headers, or others. */
  call(name: string, input: unknown, headers?: OutgoingHttpHeaders): Promise<Answered>;
}

/** Opens the page by an address with a code, as a browser does. */
export async function visit(url: string): Promise<Visitor> {
  const { origin } = new URL(url);
  const entered = await ask(url);
  const cookie = entered.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  const hello = await ask(`${origin}/api/hello`, { headers: { cookie } });
  if (hello.status !== 200)
    throw new Error(`not let in: ${entered.status}, then ${hello.status} ${hello.body}`);
  const key = (JSON.parse(hello.body) as { csrf: string }).csrf;
  const visitor: Visitor = {
    origin,
    cookie,
    key,
    get: (path, headers = {}) => ask(origin, { path, headers: { ...own(), ...headers } }),
    call: (name, input, headers = {}) =>
      ask(`${origin}/api/op/${name}`, {
        method: 'POST',
        headers: { ...own(), 'content-type': 'application/json', ...headers },
        body: JSON.stringify(input),
      }),
  };
  // The cookie is another one each time that one is let in.
  const own = () => ({ cookie: visitor.cookie, 'x-hivemind-csrf': key });
  return visitor;
}
