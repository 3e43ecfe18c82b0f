import type { ErrorCode, ErrorShape } from './errors.ts';

/** The one error that crosses a door: what happened, and in `hint` the next command to type. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Record<string, unknown> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    more: { hint?: string; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.hint = more.hint;
    this.details = more.details;
  }

  toJSON(): ErrorShape {
    return {
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.details === undefined ? {} : { details: this.details }),
    };
  }
}

export const fromShape = (shape: ErrorShape): AppError =>
  new AppError(shape.code, shape.message, {
    ...(shape.hint === undefined ? {} : { hint: shape.hint }),
    ...(shape.details === undefined ? {} : { details: shape.details }),
  });

/** Anything thrown becomes an AppError; what is not ours is a bug and says so. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new AppError('INTERNAL', message, { hint: 'hivemind daemon logs', cause: error });
}
