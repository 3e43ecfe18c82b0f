import type { ServerResponse } from 'node:http';

/** One answer of the scripted model. */
export interface Step {
  text?: string;
  tools?: { name: string; input: Record<string, unknown>; [native: string]: unknown }[];
}

export interface Said {
  role: 'user' | 'assistant';
  /** Its text; tool calls and results are no text. */
  text: string;
}

/** A vendor's way to ask a model, as far as its client needs it. */
export interface Protocol {
  /** Whether a request to this path, with its query, is one for an answer of the model. */
  speaks(url: string): boolean;
  /** The conversation so far, each answer of the model as one entry. */
  said(body: Record<string, unknown>): Said[];
  /** Whether the client asks on behalf of the agent; else for a title or the like. */
  isAgent(body: Record<string, unknown>): boolean;
  send(
    response: ServerResponse,
    request: { url: string; body: Record<string, unknown> },
    step: Step,
    nextId: (prefix: string) => string,
  ): void;
}
