import { AppError } from '../schema/app-error.ts';
import { readS3Access } from './objects/s3-client.ts';

/** Where a workspace's tables are. */
export type Location =
  | { kind: 'local'; directory: string }
  /** `endpoint` and `region` override what the AWS environment says; credentials are never part of it. */
  | { kind: 's3'; bucket: string; prefix: string; endpoint: string | null; region: string | null };

export type S3Location = Extract<Location, { kind: 's3' }>;

/** What LanceDB's `connect` takes. `storageOptions` hold credentials: they are never written or logged. */
export interface LanceConnection {
  uri: string;
  storageOptions: Record<string, string>;
  /** Epoch ms after which the credentials in it are refused and a new connection must be made; null: they do not expire. */
  expiresAt: number | null;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const IP_ADDRESS = /^\d+\.\d+\.\d+\.\d+$/;
/** Characters that need no escaping in any S3 client, so that every tool names the objects alike. */
const SEGMENT = /^[A-Za-z0-9._=-]+$/;
const REGION = /^[A-Za-z0-9-]{1,64}$/;
/** S3 keys end at 1,024 bytes; what LanceDB and we put below the prefix needs up to 200 of them. */
const MAX_PREFIX = 512;

/** Reads `s3://bucket/prefix` as a person typed it. Throws INVALID_ARGUMENT for anything else. */
export function parseLocation(
  text: string,
  options: { endpoint?: string | undefined; region?: string | undefined } = {},
): S3Location {
  const [, rest] = /^s3:\/\/(.*)$/su.exec(text) ?? [];
  if (rest === undefined) throw invalid(`${JSON.stringify(text)} is not an s3:// address`);
  const [bucket = '', ...segments] = rest.replace(/\/$/, '').split('/');
  if (!BUCKET.test(bucket) || bucket.includes('..') || IP_ADDRESS.test(bucket))
    throw invalid(`${JSON.stringify(bucket)} is not a bucket name`);
  if (segments.length === 0) throw invalid(`${JSON.stringify(text)} has no prefix`);
  const bad = segments.find((segment) => !SEGMENT.test(segment) || /^\.+$/.test(segment));
  if (bad !== undefined) throw invalid(`${JSON.stringify(bad)} cannot be a part of a prefix`);
  const prefix = segments.join('/');
  if (prefix.length > MAX_PREFIX) throw invalid(`the prefix has more than ${MAX_PREFIX} characters`);
  return {
    kind: 's3',
    bucket,
    prefix,
    endpoint: options.endpoint === undefined ? null : parseEndpoint(options.endpoint),
    region: options.region === undefined ? null : parseRegion(options.region),
  };
}

/** The directory, or the s3:// address as it was typed. */
export const formatLocation = (location: Location): string =>
  location.kind === 'local' ? location.directory : `s3://${location.bucket}/${location.prefix}`;

/**
 * How to reach the tables at `location`: `connect(uri, { storageOptions })`. For S3 the credentials, region and endpoint
 * are read from the standard AWS variables and files at each call, by the same chain as for our own objects. Left alone
 * LanceDB would choose otherwise: it prefers AWS_ACCESS_KEY_ID to AWS_PROFILE, and AWS_ENDPOINT_URL_S3 to an endpoint
 * that is given to it.
 *
 * `requestTimeoutMs` is for one request with its upload; a store that takes connections and never answers makes LanceDB
 * fail after six times that, because it asks six times for a list. Whoever uploads much over a slow line needs more.
 * Throws PERMISSION_DENIED when there are no credentials.
 */
export async function lanceConnection(
  location: Location,
  { requestTimeoutMs = 15_000 }: { requestTimeoutMs?: number } = {},
): Promise<LanceConnection> {
  if (location.kind === 'local') return { uri: location.directory, storageOptions: {}, expiresAt: null };
  const { endpoint, region, credentials } = await readS3Access(location);
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials;
  return {
    uri: formatLocation(location),
    storageOptions: {
      aws_access_key_id: accessKeyId,
      aws_secret_access_key: secretAccessKey,
      ...(sessionToken === undefined ? {} : { aws_session_token: sessionToken }),
      ...(region === null ? {} : { aws_region: region }),
      // Of all spellings of the endpoint this one alone wins over the environment.
      ...(endpoint === null ? {} : { aws_endpoint_url_s3: endpoint }),
      ...(endpoint?.startsWith('http:') ? { allow_http: 'true' } : {}),
      timeout: `${requestTimeoutMs}ms`,
      connect_timeout: '5s',
      client_max_retries: '3',
      client_retry_timeout: String(Math.ceil(requestTimeoutMs / 1000)),
      lance_aimd_max_retries: '0',
    },
    expiresAt: expiration?.getTime() ?? null,
  };
}

function parseEndpoint(text: string): string {
  const url = URL.parse(text);
  const plain = /^https?:\/\/[A-Za-z0-9.:[\]-]+\/?$/.test(text);
  if (url === null || !plain)
    throw invalid(
      `${JSON.stringify(text)} is not an endpoint`,
      'an endpoint is like https://minio.example.com:9000',
    );
  return url.origin;
}

function parseRegion(text: string): string {
  if (!REGION.test(text))
    throw invalid(`${JSON.stringify(text)} is not a region`, 'a region is like eu-central-1');
  return text;
}

const invalid = (message: string, hint = 'a store is like s3://bucket/prefix'): AppError =>
  new AppError('INVALID_ARGUMENT', message, { hint });
