import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ZodObject } from 'zod';
import { AppError, toAppError } from '../schema/app-error.ts';
import type { Call, CallContext, Operation, OperationName } from '../schema/operation.ts';
import { operations } from '../schema/operations/index.ts';
import { contextOf } from './context.ts';
import { send, sendJson } from './reply.ts';

export interface OperationRequest {
  request: IncomingMessage;
  response: ServerResponse;
  body: Buffer;
  /** The query, without its question mark. */
  search: string;
  /** Name of the operation, as it stands in the path. */
  name: string;
}

/** `POST /v1/op/<name>`: the body is the operation's input, the answer `{result}`, its progress before that if asked for. */
export async function answerOperation(call: Call, asked: OperationRequest): Promise<void> {
  const { request, response } = asked;
  const name = asked.name as OperationName;
  const operation = Object.hasOwn(operations, name) ? (operations[name] as Operation) : undefined;
  const input = inputOf(operation, asked);
  const context = contextOf(request);
  if (operation?.streams === true && request.headers.accept?.includes('ndjson'))
    return stream(call, name, input, context, response);
  const result = await call(name, input as never, context);
  if (operation?.raw !== undefined && request.headers.accept === 'text/plain') {
    const text = String((result as Record<string, unknown>)[operation.raw.reply] ?? '');
    return send(response, 200, 'text/plain; charset=utf-8', text);
  }
  sendJson(response, { result });
}

/** `curl -d {}` sends a form's content type: whatever it says, a body is JSON, unless it is one raw field. */
function inputOf(operation: Operation | undefined, asked: OperationRequest): unknown {
  const { request, body } = asked;
  if (request.headers['content-type']?.startsWith('application/octet-stream'))
    return rawInput(operation, asked);
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new AppError('INVALID_ARGUMENT', 'the body is not JSON');
  }
}

function rawInput(operation: Operation | undefined, { request, body, search }: OperationRequest): unknown {
  if (operation?.raw === undefined) throw new AppError('INVALID_ARGUMENT', 'this operation takes JSON');
  // Sent as headers because sh cannot encode them for a URL; Node reads header bytes as Latin-1.
  const said: Record<string, string> = {};
  for (const field of ['cwd', 'branch', 'parent']) {
    const value = request.headers[`x-hivemind-${field}`];
    const isKnown = field in (operation.input as ZodObject).shape;
    if (typeof value === 'string' && value !== '' && isKnown)
      said[field] = Buffer.from(value, 'latin1').toString('utf8');
  }
  return {
    ...Object.fromEntries(new URLSearchParams(search)),
    ...said,
    [operation.raw.body]: body.toString('utf8'),
  };
}

async function stream(
  call: Call,
  name: OperationName,
  input: unknown,
  context: Partial<CallContext>,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const write = (line: unknown): void => {
    response.write(`${JSON.stringify(line)}\n`);
  };
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  try {
    write({
      result: await call(name, input as never, {
        ...context,
        signal: gone.signal,
        onProgress: (progress) => write({ progress }),
      }),
    });
  } catch (error) {
    write({ error: toAppError(error).toJSON() });
  }
  response.end();
}
