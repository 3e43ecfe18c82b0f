/** gRPC's canonical words that we use, and the exit code that tells a caller what to do. */
export const errorCodes = {
  NOT_FOUND: { exit: 1, http: 404 },
  ALREADY_EXISTS: { exit: 1, http: 409 },
  FAILED_PRECONDITION: { exit: 1, http: 412 },
  INVALID_ARGUMENT: { exit: 2, http: 400 },
  CONFLICT: { exit: 3, http: 409 },
  POLICY_DENIED: { exit: 4, http: 403 },
  PERMISSION_DENIED: { exit: 4, http: 403 },
  UNAVAILABLE: { exit: 5, http: 503 },
  DEADLINE_EXCEEDED: { exit: 5, http: 504 },
  ABORTED: { exit: 5, http: 409 },
  RESOURCE_EXHAUSTED: { exit: 5, http: 429 },
  DATA_LOSS: { exit: 6, http: 500 },
  INTERNAL: { exit: 70, http: 500 },
} as const;

export type ErrorCode = keyof typeof errorCodes;
