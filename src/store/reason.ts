import { AppError } from '../schema/app-error.ts';
import { toStoreError } from './objects/s3-error.ts';

/** What a bucket has answered to LanceDB, which passes it on in words of its own, said as our own requests say it. */
export function tellReason(error: unknown, place: string): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const { message } = error;
  if (!/S3 error|store: "S3"|HTTP error|reqwest/.test(message)) return error;
  const code = /<Code>(\w+)<\/Code>/.exec(message)?.[1];
  const status = /status(?: code)?: (\d{3})/.exec(message)?.[1];
  const said = /tcp connect error|dns error|operation timed out|connection \w+ed/.exec(message)?.[0];
  const answer = Object.assign(new Error(said ?? 'the request did not get through'), {
    name: code ?? 'LanceDB',
    // As of a socket: what has no status was not answered.
    code: 'ECONNRESET',
    $metadata: status === undefined ? {} : { httpStatusCode: Number(status) },
    cause: error,
  });
  return toStoreError(answer, place);
}
