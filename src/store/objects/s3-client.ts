import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Location } from '../location.ts';
import { toStoreError } from './s3-error.ts';

type Sdk = typeof import('@aws-sdk/client-s3');
type Credentials = Awaited<ReturnType<S3Client['config']['credentials']>>;

/** How to reach a bucket, as the standard AWS variables and files have it now. */
export interface S3Access {
  credentials: Credentials;
  /** Null: Amazon's own for the region. */
  endpoint: string | null;
  /** Null: none is set anywhere, and Amazon can be asked for the bucket's own. */
  region: string | null;
}

/** Time for a connection to stand; a host that is down but routed answers nothing at all. */
const CONNECT_TIMEOUT_MS = 5_000;
const ANY_REGION = 'us-east-1';

/** The SDK takes 90 ms and 30 MB to load, so only who has a bucket loads it. */
export const loadSdk = (): Promise<Sdk> => import('@aws-sdk/client-s3');

/**
 * A client for the location that makes one attempt per call; credentials are read anew, also from files, and refreshed
 * by the client before they expire. Where no region is set anywhere it takes us-east-1, and the bucket's own on a redirect.
 */
export const createS3Client = async (location: S3Location): Promise<S3Client> =>
  (await findClient(location)).client;

async function findClient(location: S3Location): Promise<{ client: S3Client; region: string | null }> {
  const { S3Client } = await loadSdk();
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3 } = process.env;
  const region = location.region ?? AWS_REGION ?? AWS_DEFAULT_REGION ?? null;
  // Not a standard variable, but LanceDB follows it: the two must not use different stores.
  const endpoint =
    location.endpoint ?? (AWS_ENDPOINT_URL_S3 || AWS_ENDPOINT_URL ? null : (AWS_ENDPOINT ?? null));
  const config = {
    ...(endpoint === null ? {} : { endpoint }),
    forcePathStyle: true,
    followRegionRedirects: true,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS },
    // Stores other than Amazon's do not all know the newer checksum headers.
    requestChecksumCalculation: 'WHEN_REQUIRED' as const,
    responseChecksumValidation: 'WHEN_REQUIRED' as const,
    // The chain hands this on to its readers of files: keys that were changed there are seen without a new process.
    ignoreCache: true,
  };
  if (region !== null) return { client: new S3Client({ ...config, region }), region };
  const client = new S3Client(config);
  const found = await client.config.region().catch(() => null);
  if (found !== null) return { client, region: found };
  client.destroy();
  return { client: new S3Client({ ...config, region: ANY_REGION }), region: null };
}

/** Reads credentials, endpoint and region. Throws PERMISSION_DENIED when there are no credentials. */
export async function readS3Access(location: S3Location): Promise<S3Access> {
  const { client, region } = await findClient(location);
  try {
    const given = await client.config.endpoint?.();
    const endpoint =
      given === undefined ? await client.config.serviceConfiguredEndpoint?.() : formatEndpoint(given);
    return {
      credentials: await client.config.credentials(),
      endpoint: endpoint ?? null,
      region: region ?? (endpoint === undefined ? null : ANY_REGION),
    };
  } catch (error) {
    throw toStoreError(error, `s3://${location.bucket}/${location.prefix}`);
  } finally {
    client.destroy();
  }
}

const formatEndpoint = ({
  protocol,
  hostname,
  port,
}: {
  protocol: string;
  hostname: string;
  port?: number | undefined;
}): string => `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
