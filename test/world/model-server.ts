import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { anthropic } from './models/anthropic.ts';
import { chat } from './models/chat.ts';
import { gemini } from './models/gemini.ts';
import type { Protocol, Said, Step } from './models/protocol.ts';
import { responses } from './models/responses.ts';

export type { Step } from './models/protocol.ts';

const protocols: readonly Protocol[] = [anthropic, responses, chat, gemini];

export interface ModelServer {
  url: string;
  /** Bodies of the requests that clients sent, as text. */
  requests: string[];
  close(): Promise<void>;
}

/** What the model answers, step by step; or how it makes up its mind, by all that the client has told it. */
export type Script = Step[] | ((told: string) => Step[]);

/**
 * A scripted model on loopback, behind the protocols of several vendors: the last user text that holds `SCRIPT:name`
 * picks the script, the number of answers since then picks the step. It lets real agent clients run without a model.
 */
export async function startModelServer(scripts: Record<string, Script>): Promise<ModelServer> {
  const requests: string[] = [];
  let counter = 0;
  const nextId = (prefix: string): string => {
    counter += 1;
    return `${prefix}_${process.pid}_${Date.now()}_${counter}`;
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = request.url ?? '';
    const protocol = protocols.find(({ speaks }) => speaks(url));
    if (protocol === undefined) return void response.writeHead(404).end('{}');
    const text = Buffer.concat(chunks).toString('utf8');
    requests.push(text);
    const body = JSON.parse(text) as Record<string, unknown>;
    const step = protocol.isAgent(body)
      ? pick(scripts, protocol.said(body), text)
      : { text: '{"title":"A title"}' };
    protocol.send(response, { url, body }, step, nextId);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function pick(scripts: Record<string, Script>, said: readonly Said[], told: string): Step {
  const at = said.findLastIndex(({ role, text }) => role === 'user' && /SCRIPT:\w+/.test(text));
  const name = /SCRIPT:(\w+)/.exec(said[at]?.text ?? '')?.[1] ?? '';
  const written = scripts[name] ?? [{ text: 'ok' }];
  const script = typeof written === 'function' ? written(told) : written;
  const answers = said.slice(at + 1).filter(({ role }) => role === 'assistant').length;
  return script[Math.min(answers, script.length - 1)] ?? { text: 'ok' };
}
