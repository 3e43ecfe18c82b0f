import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../schema/app-error.ts';
import { type Call, type CallContext, stampedFields } from '../schema/operation.ts';
import { type PageOperation, pageOperations } from '../schema/page.ts';
import type { Bodies, BodyLimits } from '../wire/body.ts';
import { sendJson } from '../wire/reply.ts';
import { refused } from './guard.ts';

/** A note or a comment is some kilobytes, the resolutions of a large merge some hundred. */
export const pageBodies: BodyLimits = {
  one: 2 << 20,
  all: 32 << 20,
  hint: 'larger values go by the command line',
};

interface CallRequest {
  name: string;
  /** Who sits at the browser: the door says it, never the page. */
  context: Pick<CallContext, 'door' | 'actor'>;
  request: IncomingMessage;
  response: ServerResponse;
  bodies: Bodies;
}

/** `POST /api/op/<name>`: the body is the operation's input, the answer `{result}`. */
export async function answerCall(
  call: Call,
  { name, context, request, response, bodies }: CallRequest,
): Promise<void> {
  if (!isPageOperation(name)) throw refused(`the page may not call ${name.slice(0, 100)}`);
  if (request.headers['content-type']?.split(';', 1)[0]?.trim() !== 'application/json')
    throw refused('a call is application/json');
  const input = inputOf(await bodies.read(request, response));
  sendJson(response, { result: await call(name, input as never, context) });
}

const isPageOperation = (name: string): name is PageOperation =>
  pageOperations.some((known) => known === name);

function inputOf(body: Buffer): object {
  let input: unknown;
  try {
    input = JSON.parse(body.toString('utf8'));
  } catch {
    throw new AppError('INVALID_ARGUMENT', 'the body is not JSON');
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new AppError('INVALID_ARGUMENT', 'the body is not an object');
  refuseStamped(Object.keys(input));
  return input;
}

/** Directories, variables and sessions of this machine are what a door says, and a browser has none. */
export function refuseStamped(fields: Iterable<string>): void {
  for (const field of fields)
    if (stampedFields.some((stamped) => stamped === field))
      throw refused(`${field}: the page cannot say this`);
}
