import type { Protocol, Said } from './protocol.ts';

interface Message {
  role: Said['role'];
  content: string | { type: string; text?: string }[];
}

const textOf = ({ content }: Message): string =>
  typeof content === 'string'
    ? content
    : content.map((block) => (block.type === 'text' ? (block.text ?? '') : '')).join('\n');

/** Anthropic's Messages, as Claude Code asks. */
export const anthropic: Protocol = {
  speaks: (url) => url.startsWith('/v1/messages'),
  said: (body) =>
    (body.messages as Message[]).map((message) => ({ role: message.role, text: textOf(message) })),
  isAgent: (body) => Array.isArray(body.tools) && body.tools.length > 0,
  send(response, { url, body }, step, nextId) {
    if (url.includes('count_tokens'))
      return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"input_tokens":100}');
    const content = [
      ...(step.text === undefined ? [] : [{ type: 'text', text: step.text }]),
      ...(step.tools ?? []).map(({ name, input }) => ({
        type: 'tool_use',
        id: nextId('toolu'),
        name,
        input,
      })),
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
  },
};
