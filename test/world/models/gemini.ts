import type { Protocol, Said } from './protocol.ts';

interface Content {
  role?: string;
  parts?: { text?: string; functionResponse?: unknown }[];
}

const textOf = ({ parts = [] }: Content): string => parts.map(({ text }) => text ?? '').join('\n');

/** What the client's own helpers (which model, who speaks next, a title) understand as "go on". */
const sideAnswer = {
  reasoning: 'scripted',
  complexity_reasoning: 'scripted',
  complexity_score: 10,
  model_choice: 'flash',
  next_speaker: 'user',
  title: 'A title',
};

/** Google's Gemini API, as Gemini CLI asks. */
export const gemini: Protocol = {
  speaks: (url) => /:(generateContent|streamGenerateContent|countTokens)(\?|$)/.test(url),
  said: (body) =>
    (body.contents as Content[]).map(
      (content): Said => ({ role: content.role === 'model' ? 'assistant' : 'user', text: textOf(content) }),
    ),
  isAgent: (body) => Array.isArray(body.tools) && body.tools.length > 0,
  send(response, { url, body }, step) {
    if (url.includes('countTokens'))
      return void response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ totalTokens: 120 }));
    const said = gemini.isAgent(body) ? step.text : JSON.stringify(sideAnswer);
    const parts = [
      ...(said === undefined ? [] : [{ text: said }]),
      ...(step.tools ?? []).map(({ name, input }) => ({ functionCall: { name, args: input } })),
    ];
    const answer = JSON.stringify({
      candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP', index: 0 }],
      usageMetadata: {
        promptTokenCount: 120,
        candidatesTokenCount: 12,
        cachedContentTokenCount: 90,
        totalTokenCount: 132,
      },
      modelVersion: 'scripted',
    });
    const isStream = url.includes('streamGenerateContent');
    response.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json' });
    response.end(isStream ? `data: ${answer}\n\n` : answer);
  },
};
