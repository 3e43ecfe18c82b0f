import { z } from 'zod';
import { type ErrorCode, errorCodes } from './error-codes.ts';

// The table stands in a file of its own so that the CLI can read exit codes without loading zod.
export { type ErrorCode, errorCodes };

export const ErrorShape = z.object({
  code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  hint: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
});
export type ErrorShape = z.infer<typeof ErrorShape>;
