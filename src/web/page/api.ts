import type { ErrorShape } from '../../schema/errors.ts';
import type { InputOf, OutputOf } from '../../schema/operation.ts';
import type { Hello, PageOperation } from '../../schema/page.ts';

/** What the door answers with an error: the same shape as on the command line. */
export class CallError extends Error {
  readonly code: ErrorShape['code'];
  readonly hint: string | undefined;

  constructor({ code, message, hint }: ErrorShape) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

export type { Hello };

let hello: Promise<Hello> | null = null;

/** Where the key of this browser is kept: only our own origin reads it, while cookies go to every port of this machine. */
const keyName = 'hivemind-key';

/** The header that goes with every call. */
export const keyHeader = (key: string): Record<string, string> => ({ 'x-hivemind-csrf': key });

/** Asks the door who we are, once. Rejects with PERMISSION_DENIED where the browser was not let in. */
export function greet(): Promise<Hello> {
  hello ??= answerOf<Hello>(fetch('/api/hello', { headers: keyHeader(keptKey() ?? '') })).then(
    (told) => {
      keepKey(told.csrf);
      return told;
    },
    (error) => {
      hello = null;
      throw error;
    },
  );
  return hello;
}

function keptKey(): string | null {
  try {
    return localStorage.getItem(keyName);
  } catch {
    return null;
  }
}

function keepKey(key: string): void {
  try {
    localStorage.setItem(keyName, key);
  } catch {
    // Where the browser keeps nothing, the page is good until it is loaded again.
  }
}

/** Calls an operation of Hivemind, as every other door does. Rejects with a CallError. */
export async function call<N extends PageOperation>(
  name: N,
  input: InputOf<N>,
  signal?: AbortSignal,
): Promise<OutputOf<N>> {
  const kept = keptKey();
  const ask = async (key: string): Promise<OutputOf<N>> => {
    const headers = { 'content-type': 'application/json', ...keyHeader(key) };
    const asked = fetch(`/api/op/${name}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(input),
      ...(signal === undefined ? {} : { signal }),
    });
    return (await answerOf<{ result: OutputOf<N> }>(asked)).result;
  };
  if (kept === null) return ask((await greet()).csrf);
  try {
    // Not behind the greeting: the key of the last time is good as long as the daemon runs.
    return await ask(kept);
  } catch (error) {
    if (!(error instanceof CallError) || error.code !== 'PERMISSION_DENIED') throw error;
    const { csrf } = await greet();
    if (csrf === kept) throw error;
    return ask(csrf);
  }
}

async function answerOf<T>(asked: Promise<Response>): Promise<T> {
  const response = await asked.catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new CallError({
      code: 'UNAVAILABLE',
      message: 'Hivemind does not answer',
      hint: 'hivemind web',
    });
  });
  const answer = (await response.json().catch(() => null)) as (T & { error?: ErrorShape }) | null;
  if (answer?.error !== undefined) throw new CallError(answer.error);
  if (answer === null || !response.ok)
    throw new CallError({ code: 'INTERNAL', message: `the answer ${response.status} cannot be read` });
  return answer;
}
