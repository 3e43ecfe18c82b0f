/**
 * A process that speaks OpenAI's /v1/embeddings and Ollama's /api/embed on loopback. A text's vector is made of hashes of
 * its words, so that texts with words in common are near each other. `POST /control` says how it is to behave; it prints
 * its address as the first line.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Behaviour {
  dims: number;
  /** Rest before each answer. */
  delayMs: number;
  /** Status of the next answers, and how many of them; 0: all. */
  failWith: number | null;
  failures: number;
  retryAfter: string | null;
  /** Key that has to come as a bearer token. */
  key: string | null;
  /** A text that holds this is refused with 400, with all that came beside it. */
  refuse: string | null;
  /** Something else than vectors of numbers. */
  nonsense: 'none' | 'nan' | 'fewer' | 'html' | 'redirect';
  models: string[];
}

const behaviour: Behaviour = {
  dims: 32,
  delayMs: 0,
  failWith: null,
  failures: 0,
  retryAfter: null,
  key: null,
  refuse: null,
  nonsense: 'none',
  models: ['test-embed', 'other-embed'],
};
const seen = { requests: 0, texts: [] as string[], authorizations: [] as string[], largest: 0 };

function vectorOf(text: string, dims: number, model: string): number[] {
  const vector = new Array<number>(dims).fill(0);
  for (const word of text.toLowerCase().match(/[a-z0-9]+/g) ?? ['nothing']) {
    const hash = createHash('sha256').update(`${model} ${word}`).digest();
    for (let at = 0; at < dims; at += 1)
      vector[at] = (vector[at] ?? 0) + ((hash[at % 32] ?? 0) - 127.5) / 128;
  }
  return vector;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}') as Record<string, unknown>;
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** True when it has answered already. */
function misbehave(request: IncomingMessage, response: ServerResponse, inputs: string[]): boolean {
  const { failWith, retryAfter, key, refuse, nonsense } = behaviour;
  if (key !== null && request.headers.authorization !== `Bearer ${key}`) {
    const said = `Incorrect API key provided: ${request.headers.authorization ?? 'none'}`;
    send(response, 401, { error: { message: said } });
    return true;
  }
  if (failWith !== null) {
    if (retryAfter !== null) response.setHeader('retry-after', retryAfter);
    send(response, failWith, { error: { message: 'told to fail' } });
    if (behaviour.failures > 0) {
      behaviour.failures -= 1;
      if (behaviour.failures === 0) behaviour.failWith = null;
    }
    return true;
  }
  if (refuse !== null && inputs.some((text) => text.includes(refuse))) {
    send(response, 400, { error: { message: 'input is not accepted' } });
    return true;
  }
  if (nonsense === 'html') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello</html>');
  if (nonsense === 'redirect')
    response.writeHead(307, { location: 'http://127.0.0.1:9/v1/embeddings' }).end();
  return nonsense === 'html' || nonsense === 'redirect';
}

function vectorsOf(inputs: string[], model: string, asked: unknown): unknown[][] {
  const dims = typeof asked === 'number' ? asked : behaviour.dims;
  const vectors: unknown[][] = inputs.map((text) => vectorOf(text, dims, model));
  if (behaviour.nonsense === 'nan' && vectors[0] !== undefined) vectors[0][0] = null;
  return behaviour.nonsense === 'fewer' ? vectors.slice(1) : vectors;
}

async function embed(request: IncomingMessage, response: ServerResponse, isOllama: boolean): Promise<void> {
  const { input, model, dimensions } = await bodyOf(request);
  const inputs = (Array.isArray(input) ? input : [input]).map(String);
  seen.requests += 1;
  seen.largest = Math.max(seen.largest, inputs.length);
  seen.texts.push(...inputs);
  seen.authorizations.push(request.headers.authorization ?? '');
  await sleep(behaviour.delayMs);
  if (misbehave(request, response, inputs)) return;
  if (!behaviour.models.includes(String(model))) {
    const message = `model "${model}" not found, try pulling it first`;
    return send(response, 404, isOllama ? { error: message } : { error: { message } });
  }
  const vectors = vectorsOf(inputs, String(model), dimensions);
  if (isOllama) return send(response, 200, { model, embeddings: vectors });
  // In no order: the index says whose it is.
  const data = vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })).reverse();
  send(response, 200, { object: 'list', data, model, usage: { prompt_tokens: 1, total_tokens: 1 } });
}

const server = createServer(async (request, response) => {
  switch (`${request.method} ${request.url}`) {
    case 'POST /v1/embeddings':
      return embed(request, response, false);
    case 'POST /api/embed':
      return embed(request, response, true);
    case 'GET /api/tags':
      return send(response, 200, {
        models: behaviour.models.map((name) => ({
          name: `${name}:latest`,
          digest: createHash('sha256').update(name).digest('hex'),
        })),
      });
    case 'POST /control':
      Object.assign(behaviour, await bodyOf(request));
      return send(response, 200, behaviour);
    case 'GET /seen':
      return send(response, 200, seen);
    default:
      return send(response, 404, { error: { message: `no route ${request.url}` } });
  }
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
