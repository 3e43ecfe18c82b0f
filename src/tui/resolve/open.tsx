import { render, useWindowSize } from 'ink';
import type { Call, CallContext, InputOf, OutputOf } from '../../schema/operation.ts';
import type { Ago } from './lines.ts';
import { type Attempt, Resolver, type ResolverProps } from './screen.tsx';
import type { Settled } from './state.ts';

export interface ResolveRequest {
  call: Call;
  context: Partial<CallContext>;
  input: InputOf<'merge.resolve'>;
  /** Whether the terminal wants colour. */
  colour: boolean;
  ago: Ago;
}

type Merge = OutputOf<'merge.resolve'>;

/** Somebody left without merging. */
export interface Quit {
  source: string;
  into: string;
  conflicts: number;
  settled: number;
  isInterrupt: boolean;
}

/**
 * Settles the conflicts of a merge in this terminal and merges; without conflicts it merges and draws nothing. Throws,
 * before anything is drawn, what the first call throws.
 */
export async function resolveInTerminal(request: ResolveRequest): Promise<{ merge: Merge } | { quit: Quit }> {
  const first = await attemptMerge(request, new Map());
  if (first.merge !== null) return { merge: first.merge };
  const { source, into, conflicts } = first.dryRun;
  let merge: Merge | null = null;
  let quit: Quit = { source, into, conflicts: conflicts.length, settled: 0, isInterrupt: false };
  const tryMerge = async (settled: Settled): Promise<Attempt> => {
    const attempt = await attemptMerge(request, settled);
    merge = attempt.merge;
    return merge === null ? { ended: false, conflicts: attempt.dryRun.conflicts } : { ended: true };
  };
  const onQuit: ResolverProps['onQuit'] = (settled, isInterrupt) => {
    quit = { ...quit, settled, isInterrupt };
  };
  const { colour, ago } = request;
  await show({ found: { source, into, conflicts }, merge: tryMerge, onQuit, ago, colour });
  return merge === null ? { quit } : { merge };
}

const Screen = (props: Omit<ResolverProps, 'rows' | 'columns'>) => {
  const { rows, columns } = useWindowSize();
  return <Resolver {...props} rows={rows} columns={columns} />;
};

async function show(props: Omit<ResolverProps, 'rows' | 'columns'>): Promise<void> {
  const screen = render(<Screen {...props} />, {
    // Drawn whole each time: line by line, a screen that got narrower would keep what was wrapped.
    alternateScreen: true,
    exitOnCtrlC: false,
    maxFps: 60,
  });
  await screen.waitUntilExit();
}

/** Merges when every conflict that there is now is settled; else says which there are, and changes nothing. */
async function attemptMerge(
  { call, context, input }: ResolveRequest,
  settled: Settled,
): Promise<{ merge: Merge | null; dryRun: Merge }> {
  const wish = { ...input, strategy: 'manual' as const, resolutions: {}, 'dry-run': true };
  const dryRun = await call('merge.run', wish, context);
  const isOpen = (merge: Merge): boolean => merge.conflicts.some(({ id }) => !settled.has(id));
  if (isOpen(dryRun)) return { merge: null, dryRun };
  // Ids of conflicts that are none any more would be refused.
  const now = new Set(dryRun.conflicts.map(({ id }) => id));
  const resolutions = Object.fromEntries([...settled].filter(([id]) => now.has(id)));
  const merge = await call('merge.resolve', { ...input, resolutions }, context);
  if (merge.outcome !== 'conflicts') return { merge, dryRun };
  return { merge: null, dryRun: await call('merge.run', wish, context) };
}
