import type { z } from 'zod';
import { AppError, toAppError } from '../schema/app-error.ts';
import type { Call, CallContext, OperationName } from '../schema/operation.ts';
import { operations } from '../schema/operations/index.ts';
import type { Engine, Handler } from './handlers/handler.ts';
import { handlers } from './handlers/index.ts';

/** The waist, implemented: parses the input, runs the handler, turns what it throws into an AppError. */
export function createCall(engine: Engine): Call {
  return (async (name: OperationName, input: unknown, context: Partial<CallContext> = {}) => {
    if (!Object.hasOwn(operations, name)) throw unknownOperation(name);
    const parsed = operations[name].input.safeParse(input ?? {});
    if (!parsed.success) throw invalid(name, parsed.error);
    const whole: CallContext = { door: 'socket', actor: { kind: 'human', name: 'unknown' }, ...context };
    try {
      // The table's types guarantee that handler and input fit; the union over all names hides it from the compiler.
      return await (handlers[name] as Handler<OperationName>)(parsed.data as never, whole, engine);
    } catch (error) {
      const known = ofTheDisk(error) ?? toAppError(error);
      if (known.code === 'INTERNAL' || known.cause === error) engine.log.error(`${name} failed`, error);
      throw known;
    }
  }) as Call;
}

/** An error of the file system is no bug of ours: the disk is full, damaged, or closed to us. */
function ofTheDisk(error: unknown): AppError | null {
  if (!(error instanceof Error) || error instanceof AppError) return null;
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return null;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return new AppError(isFull ? 'RESOURCE_EXHAUSTED' : 'UNAVAILABLE', message, {
    hint: 'hivemind daemon logs, then try again',
    cause: error,
  });
}

const unknownOperation = (name: string): AppError =>
  new AppError('NOT_FOUND', `there is no operation "${String(name).slice(0, 100)}"`, {
    hint: 'hivemind help',
  });

function invalid(name: string, error: z.ZodError): AppError {
  const first = error.issues[0];
  const where = first?.path.join('.') ?? '';
  return new AppError(
    'INVALID_ARGUMENT',
    `${where === '' ? name : where}: ${first?.message ?? 'is not valid'}`,
    {
      details: {
        operation: name,
        issues: error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
      },
    },
  );
}
