import type { Protocol, Said } from './protocol.ts';

interface Item {
  type?: string;
  role?: string;
  content?: string | { text?: string }[];
}

const textOf = ({ content }: Item): string =>
  typeof content === 'string' ? content : (content ?? []).map(({ text }) => text ?? '').join('\n');

/** What the model wrote itself, in any of its forms. */
const isAnswer = ({ type, role }: Item): boolean =>
  role === 'assistant' || type === 'reasoning' || (type ?? '').endsWith('_call');

/**
 * OpenAI's Responses, as Codex asks. A tool of a step may say `custom` (the text of a custom tool) or `namespace`;
 * `{{AGENT}}` in its input stands for the last agent that was spawned.
 */
export const responses: Protocol = {
  speaks: (url) => url.startsWith('/v1/responses'),
  said: (body) => {
    const said: Said[] = [];
    let isOpen = false;
    for (const item of (body.input as Item[] | undefined) ?? []) {
      // One answer may be several items: a text and calls.
      if (isAnswer(item)) {
        if (!isOpen) said.push({ role: 'assistant', text: '' });
        isOpen = true;
        continue;
      }
      isOpen = false;
      if (item.role === 'user') said.push({ role: 'user', text: textOf(item) });
    }
    return said;
  },
  isAgent: () => true,
  send(response, { body }, step, nextId) {
    const spawned = [...JSON.stringify(body.input ?? '').matchAll(/agent_id[\\"]+:[\\"]+([0-9a-f-]{36})/g)];
    const agent = spawned.at(-1)?.[1] ?? '';
    const items = [
      ...(step.text === undefined ? [] : [messageOf(step.text, nextId('msg'))]),
      ...(step.tools ?? []).map(({ name, input, custom, namespace }) => ({
        id: nextId('fc'),
        type: custom === undefined ? 'function_call' : 'custom_tool_call',
        status: 'completed',
        call_id: nextId('call'),
        name,
        ...(namespace === undefined ? {} : { namespace }),
        ...(custom === undefined
          ? { arguments: JSON.stringify(input).replaceAll('{{AGENT}}', agent) }
          : { input: custom }),
      })),
    ];
    const base = { id: nextId('resp'), object: 'response', created_at: 0, model: body.model };
    const usage = {
      input_tokens: 120,
      input_tokens_details: { cached_tokens: 90 },
      output_tokens: 12,
      output_tokens_details: { reasoning_tokens: 2 },
      total_tokens: 132,
    };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let sequence = 0;
    const emit = (type: string, data: object): void => {
      response.write(
        `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence, ...data })}\n\n`,
      );
      sequence += 1;
    };
    emit('response.created', { response: { ...base, status: 'in_progress', output: [] } });
    for (const [index, item] of items.entries()) {
      emit('response.output_item.added', { output_index: index, item });
      emit('response.output_item.done', { output_index: index, item });
    }
    emit('response.completed', { response: { ...base, status: 'completed', output: items, usage } });
    response.end();
  },
};

const messageOf = (text: string, id: string): object => ({
  id,
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [] }],
});
