import { AppError } from '../schema/app-error.ts';

/** The model does not take these texts, and will not the next time; others it may take. */
export class RefusedText extends AppError {
  constructor(message: string, hint?: string) {
    super('INVALID_ARGUMENT', message, hint === undefined ? {} : { hint });
  }
}
