import type { Protocol, Said } from './protocol.ts';

interface Message {
  role: string;
  content: string | { type: string; text?: string }[] | null;
}

const textOf = ({ content }: Message): string =>
  typeof content === 'string' ? content : (content ?? []).map(({ text }) => text ?? '').join('\n');

const usage = {
  prompt_tokens: 120,
  completion_tokens: 12,
  total_tokens: 132,
  prompt_tokens_details: { cached_tokens: 90 },
};

/** OpenAI's Chat Completions, as Copilot CLI and OpenCode ask. */
export const chat: Protocol = {
  speaks: (url) => /\/chat\/completions(\?|$)/.test(url),
  said: (body) =>
    (body.messages as Message[]).flatMap((message): Said[] =>
      message.role === 'user' || message.role === 'assistant'
        ? [{ role: message.role, text: textOf(message) }]
        : [],
    ),
  isAgent: (body) => Array.isArray(body.tools) && body.tools.length > 0,
  send(response, { body }, step, nextId) {
    const calls = (step.tools ?? []).map(({ name, input }, index) => ({
      index,
      id: nextId('call'),
      type: 'function',
      function: { name, arguments: JSON.stringify(input) },
    }));
    const finish = calls.length > 0 ? 'tool_calls' : 'stop';
    const base = { id: nextId('chatcmpl'), created: Math.floor(Date.now() / 1000), model: body.model };
    if (body.stream !== true) {
      const tools = calls.length > 0 ? { tool_calls: calls } : {};
      const message = { role: 'assistant', content: step.text ?? null, ...tools };
      const choices = [{ index: 0, message, finish_reason: finish }];
      response.writeHead(200, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify({ ...base, object: 'chat.completion', choices, usage }));
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const emit = (data: object): void =>
      void response.write(
        `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', ...data })}\n\n`,
      );
    const choice = (delta: object, reason: string | null = null): void =>
      emit({ choices: [{ index: 0, delta, finish_reason: reason }] });
    choice({ role: 'assistant', content: step.text ?? '' });
    for (const call of calls) choice({ tool_calls: [call] });
    choice({}, finish);
    emit({ choices: [], usage });
    response.write('data: [DONE]\n\n');
    response.end();
  },
};
