import type { ReactNode } from 'react';
import type { CallError } from '../api.ts';
import type { Called } from '../use-call.ts';

/** What a failed call says, and what to type. */
export function Failure({ error, retry }: { error: CallError; retry?: () => void }) {
  return (
    <div className="failure" role="alert">
      <p>{error.message}</p>
      {error.hint !== undefined && (
        <p>
          Next: <code>{error.hint}</code>
        </p>
      )}
      {retry !== undefined && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** `children` of the answer; while there is none, that it is on its way, or why there is none. */
export function Answer<T>({ called, children }: { called: Called<T>; children: (data: T) => ReactNode }) {
  const { data, error, isLoading, refresh } = called;
  return (
    <>
      {error !== null && <Failure error={error} retry={refresh} />}
      {data !== null ? children(data) : isLoading && <Loading />}
    </>
  );
}

/** What stands where something is on its way. */
export const Loading = () => (
  <p className="quiet" role="status">
    Loading…
  </p>
);

/** What stands where there is nothing, and what would bring something. */
export function Nothing({ children }: { children: ReactNode }) {
  return <div className="nothing">{children}</div>;
}
