import type { ServerContext } from '@modelcontextprotocol/server';
import type { CallContext } from '../schema/operation.ts';

/** Hands on what a call reports, to a client that asked for it; each report is further than the last, as the protocol wants. */
export function progressOf(context: ServerContext): Pick<CallContext, 'onProgress'> {
  const { _meta: meta, notify, signal } = context.mcpReq;
  const progressToken = meta?.progressToken;
  if (progressToken === undefined) return {};
  let last = -1;
  return {
    onProgress: ({ message, done, total }) => {
      if (done <= last || signal.aborted) return;
      last = done;
      const params = { progressToken, progress: done, message, ...(total > 0 ? { total } : {}) };
      // A client that has left is seen to by its connection.
      notify({ method: 'notifications/progress', params }).catch(() => undefined);
    },
  };
}
