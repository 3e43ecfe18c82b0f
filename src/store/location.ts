/** Where a workspace's tables are. */
export type Location =
  | { kind: 'local'; directory: string }
  /** `endpoint` and `region` override what the AWS environment says; credentials are never part of it. */
  | { kind: 's3'; bucket: string; prefix: string; endpoint: string | null; region: string | null };
