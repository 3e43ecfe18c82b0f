import { AppError } from '../../schema/app-error.ts';

/** What a failed request means to whoever made it. */
export type Failure =
  | 'no-object'
  | 'no-bucket'
  /** There is an object of that key (412). */
  | 'exists'
  /** Another conditional write of that key is under way (409). */
  | 'busy'
  | 'throttled'
  | 'denied'
  | 'skewed'
  | 'wrong-region'
  /** The store does not know a header or a call (501). */
  | 'unsupported'
  /** Refused, reset, timed out, 5xx: it may have been done all the same. */
  | 'down'
  | 'other';

const BY_NAME: Record<string, Failure> = {
  NoSuchKey: 'no-object',
  NoSuchBucket: 'no-bucket',
  PreconditionFailed: 'exists',
  ConditionalRequestConflict: 'busy',
  OperationAborted: 'busy',
  SlowDown: 'throttled',
  ThrottlingException: 'throttled',
  TooManyRequestsException: 'throttled',
  RequestLimitExceeded: 'throttled',
  ExpiredToken: 'denied',
  ExpiredTokenException: 'denied',
  InvalidToken: 'denied',
  TokenRefreshRequired: 'denied',
  CredentialsProviderError: 'denied',
  TokenProviderError: 'denied',
  RequestTimeTooSkewed: 'skewed',
  PermanentRedirect: 'wrong-region',
  AuthorizationHeaderMalformed: 'wrong-region',
  NotImplemented: 'unsupported',
  AbortError: 'down',
  TimeoutError: 'down',
  RequestTimeout: 'down',
};

const BY_STATUS: Record<number, Failure> = {
  301: 'wrong-region',
  403: 'denied',
  409: 'busy',
  412: 'exists',
  429: 'throttled',
  501: 'unsupported',
};

/** Reads an error of the SDK, or of Node's sockets below it. */
export function classify(error: unknown): Failure {
  if (!(error instanceof Error)) return 'other';
  const { $metadata, code } = error as { $metadata?: { httpStatusCode?: number }; code?: unknown };
  const status = $metadata?.httpStatusCode;
  const known = BY_NAME[error.name] ?? (status === undefined ? undefined : BY_STATUS[status]);
  if (known !== undefined) return known;
  if (status !== undefined && status >= 500) return 'down';
  // An answer that says 200 and cannot be read was cut short.
  if (status !== undefined && status < 300) return 'down';
  return typeof code === 'string' && /^(E[A-Z]+|UND_ERR_\w+|HPE_\w+)$/.test(code) ? 'down' : 'other';
}

/** The same request may succeed in a moment. A skewed clock counts: the SDK reads the store's time from the refusal. */
export const isTransient = (failure: Failure): boolean =>
  ['busy', 'throttled', 'down', 'skewed'].includes(failure);

/** The AppError for a request to `place` that failed for good. */
export function toStoreError(error: unknown, place: string): AppError {
  if (error instanceof AppError) return error;
  const reason = error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 300) : String(error);
  const make = (code: ConstructorParameters<typeof AppError>[0], message: string, hint: string): AppError =>
    new AppError(code, `${message} (${reason})`, { hint, details: { place }, cause: error });
  switch (classify(error)) {
    case 'no-bucket':
      return make(
        'NOT_FOUND',
        `the bucket of ${place} does not exist`,
        'create the bucket, or check name and endpoint',
      );
    case 'denied':
      return make('PERMISSION_DENIED', `${place} refuses these credentials`, CREDENTIALS_HINT);
    case 'skewed':
      return make(
        'PERMISSION_DENIED',
        `${place} refuses this machine's clock`,
        'set the clock: timedatectl set-ntp true',
      );
    case 'throttled':
      return make('RESOURCE_EXHAUSTED', `${place} asks for fewer requests`, 'it is tried again later');
    case 'wrong-region':
      return make(
        'FAILED_PRECONDITION',
        `${place} is in another region`,
        'set AWS_REGION, or give the region of the bucket',
      );
    case 'unsupported':
      return make(
        'FAILED_PRECONDITION',
        `${place} does not do what is asked of it`,
        'use a store that honours If-None-Match',
      );
    case 'down':
    case 'busy':
      return make(
        'UNAVAILABLE',
        `${place} does not answer`,
        'check the network and the endpoint; it is tried again later',
      );
    default:
      return make('UNAVAILABLE', `${place} answers with an error`, 'check the endpoint: is it an S3 server?');
  }
}

const CREDENTIALS_HINT =
  'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN), or AWS_PROFILE with ~/.aws/credentials, then: hivemind daemon stop';
