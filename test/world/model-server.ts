import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One answer of the scripted model. */
export interface Step {
  text?: string;
  tools?: { name: string; input: Record<string, unknown> }[];
}

export interface ModelServer {
  url: string;
  /** Bodies of the requests that clients sent, as text. */
  requests: string[];
  close(): Promise<void>;
}

interface Message {
  role: string;
  content: string | { type: string; text?: string }[];
}

/**
 * A scripted model behind Anthropic's Messages protocol on loopback: the last user text that holds `SCRIPT:name` picks
 * the script, the number of answers since then picks the step. It lets the real agent client run without a model.
 */
export async function startModelServer(scripts: Record<string, Step[]>): Promise<ModelServer> {
  const requests: string[] = [];
  let counter = 0;
  const nextId = (prefix: string): string => {
    counter += 1;
    return `${prefix}_${process.pid}_${Date.now()}_${counter}`;
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (!request.url?.startsWith('/v1/messages')) return void response.writeHead(404).end('{}');
    if (request.url.includes('count_tokens'))
      return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"input_tokens":100}');
    requests.push(Buffer.concat(chunks).toString('utf8'));
    const body = JSON.parse(requests.at(-1) ?? '') as {
      messages: Message[];
      model: string;
      stream?: boolean;
      tools?: unknown[];
    };
    const step = body.tools?.length ? pick(scripts, body.messages) : { text: '{"title":"A title"}' };
    send(response, body, step, nextId);
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

const textOf = ({ content }: Message): string =>
  typeof content === 'string'
    ? content
    : content.map((block) => (block.type === 'text' ? (block.text ?? '') : '')).join('\n');

function pick(scripts: Record<string, Step[]>, messages: Message[]): Step {
  const at = messages.findLastIndex(
    (message) => message.role === 'user' && /SCRIPT:\w+/.test(textOf(message)),
  );
  const name = /SCRIPT:(\w+)/.exec(messages[at] === undefined ? '' : textOf(messages[at]))?.[1] ?? '';
  const script = scripts[name] ?? [{ text: 'ok' }];
  const answers = messages.slice(at + 1).filter((message) => message.role === 'assistant').length;
  return script[Math.min(answers, script.length - 1)] ?? { text: 'ok' };
}

function send(
  response: ServerResponse,
  body: { model: string; stream?: boolean },
  step: Step,
  nextId: (prefix: string) => string,
): void {
  const content = [
    ...(step.text === undefined ? [] : [{ type: 'text', text: step.text }]),
    ...(step.tools ?? []).map(({ name, input }) => ({ type: 'tool_use', id: nextId('toolu'), name, input })),
  ];
  const stopReason = step.tools === undefined ? 'end_turn' : 'tool_use';
  const usage = {
    input_tokens: 120,
    cache_creation_input_tokens: 10,
    cache_read_input_tokens: 90,
    output_tokens: 12,
  };
  const message = {
    id: nextId('msg'),
    type: 'message',
    role: 'assistant',
    model: body.model,
    stop_sequence: null,
    usage,
  };
  if (body.stream !== true) {
    response.writeHead(200, { 'content-type': 'application/json' });
    return void response.end(JSON.stringify({ ...message, content, stop_reason: stopReason }));
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const emit = (type: string, data: object): void =>
    void response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  emit('message_start', { message: { ...message, content: [], stop_reason: null } });
  for (const [index, block] of content.entries()) {
    const isTool = block.type === 'tool_use';
    const start = isTool ? { ...block, input: {} } : { type: 'text', text: '' };
    const delta = isTool
      ? { type: 'input_json_delta', partial_json: JSON.stringify('input' in block ? block.input : {}) }
      : { type: 'text_delta', text: 'text' in block ? block.text : '' };
    emit('content_block_start', { index, content_block: start });
    emit('content_block_delta', { index, delta });
    emit('content_block_stop', { index });
  }
  emit('message_delta', {
    delta: { stop_reason: stopReason, stop_sequence: null },
    usage: { output_tokens: 12 },
  });
  emit('message_stop', {});
  response.end();
}
